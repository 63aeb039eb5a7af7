#!/bin/sh
# Exports every template to every target and has the exports checked. See README.md.
# Usage: run.sh CANTILEVER_CLI WORK_DIR
set -u
if [ $# -ne 2 ]; then
  echo "usage: run.sh CANTILEVER_CLI WORK_DIR" >&2
  exit 2
fi
cli=$(realpath "$1")
source=$(realpath "$(dirname "$0")")
mkdir -p "$2"
work=$(realpath "$2")
status=0

for tool in node npm docker-compose; do
  if ! command -v "$tool" >/dev/null; then
    echo "FAILED: $tool is missing; install what installer/packages.debian lists" >&2
    status=1
  fi
done
[ $status -eq 0 ] || exit 1

# The packages are installed once for each lock file, outside the source tree.
rm -rf "$work/validators/examples" "$work/validators/fixtures"
mkdir -p "$work/validators"
cp -r "$source"/*.mjs "$source"/*.sh "$source"/package*.json "$source"/examples "$source"/fixtures "$work/validators/"
cd "$work/validators" || exit 1
if ! cmp -s package-lock.json node_modules/.installed; then
  if ! npm ci --ignore-scripts --no-audit --no-fund --loglevel=error; then
    echo "FAILED: npm could not install the validators' packages (is the npm registry reachable?)" >&2
    exit 1
  fi
  cp package-lock.json node_modules/.installed
fi

# check WHAT COMMAND...
check() {
  what=$1
  shift
  if output=$("$@" 2>&1); then
    echo "ok: $what"
  else
    echo "FAILED: $what: $*"
    echo "$output"
    status=1
  fi
}

check "the validators' own tests" sh selftest.sh

templates=$("$cli" templates --json | node -e 'JSON.parse(require("fs").readFileSync(0)).forEach((t) => console.log(t.key))')
if [ -z "$templates" ]; then
  echo "FAILED: $cli lists no templates"
  exit 1
fi
"$cli" blocks --json | node every-block.mjs >"$work/every_block.json"
for template in $templates every_block; do
  exports="$work/exports/$template"
  rm -rf "$exports"
  design=$template
  [ "$template" = every_block ] && design="$work/every_block.json"
  for target in compose terraform checklist; do
    check "$template: export $target" "$cli" export "$target" "$design" -o "$exports/$target"
  done
  check "$template: compose schema and references" node composecheck.mjs "$exports/compose/docker-compose.yml"
  check "$template: docker-compose" docker-compose -f "$exports/compose/docker-compose.yml" config -q
  for script in "$exports"/compose/config/*/*.sh; do
    [ -e "$script" ] && check "$template: syntax of $(basename "$script")" bash -n "$script"
  done
  check "$template: Terraform" node tfcheck.mjs "$exports/terraform"
  if command -v terraform >/dev/null; then
    check "$template: terraform validate" node tfvalidate-official.mjs "$exports/terraform"
  fi
done
[ $status -eq 0 ] && echo "all exports are valid"
exit $status
