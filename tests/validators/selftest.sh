#!/bin/sh
# The validators' own test: good examples are accepted, bad ones are rejected with at least so many errors.
# Usage: selftest.sh   (in a folder with node_modules)
cd "$(dirname "$0")" || exit 2
passed=0
failed=0

# expect STATUS ERRORS COMMAND...
expect() {
  status=$1
  errors=$2
  shift 2
  output=$("$@" 2>&1)
  actual=$?
  count=$(printf '%s\n' "$output" | grep -c '^error')
  if [ "$actual" -eq "$status" ] && [ "$count" -ge "$errors" ]; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    printf 'FAILED: exit %s with %s errors: %s\n%s\n' "$actual" "$count" "$*" "$output"
  fi
}

expect 0 0 node tfcheck.mjs examples/tf-good
expect 0 0 node tfcheck.mjs examples/tf-json
expect 0 0 node tfcheck.mjs examples/tf-multi --allow-provider random
expect 1 20 node tfcheck.mjs examples/tf-bad
expect 2 0 node tfcheck.mjs
expect 0 0 node composecheck.mjs examples/compose/good.yml
expect 1 3 node composecheck.mjs examples/compose/bad-schema.yml
expect 1 4 node composecheck.mjs examples/compose/bad-ref.yml
expect 1 5 node composecheck.mjs examples/compose/bad-port.yml
expect 2 0 node composecheck.mjs
if command -v terraform >/dev/null; then
  expect 0 0 node tfvalidate-official.mjs examples/tf-good
  expect 1 0 node tfvalidate-official.mjs examples/tf-bad
fi
echo "validators' own tests: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
