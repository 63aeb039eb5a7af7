vcl 4.1;

backend balancer {
  .host = "balancer";
  .port = "80";
}

backend files {
  .host = "files";
  .port = "9000";
}

sub vcl_recv {
  if (req.url ~ "^/(static)(/|$)") {
    set req.backend_hint = files;
    unset req.http.Cookie;
  } else {
    set req.backend_hint = balancer;
    return (pass);
  }
}

sub vcl_backend_fetch {
  if (bereq.backend == files) {
    set bereq.http.Host = "files:9000";
    set bereq.url = "/files" + bereq.url;
  }
}

sub vcl_backend_response {
  if (bereq.backend == files && beresp.status == 200) {
    set beresp.ttl = 3600s;
  }
}
