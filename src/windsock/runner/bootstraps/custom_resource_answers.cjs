// Lets functions that carry a copy of AWS's `cfn-response` answer a windsock that is reached without TLS.
//
// Preloaded into every Node.js function. That module takes no more than the name of the host and the path
// from the ResponseURL, and sends the answer by HTTPS to port 443 there. A request for a path at which
// windsock takes the answers of custom resources goes to windsock's endpoint instead.
'use strict';

const endpoint = process.env.AWS_ENDPOINT_URL;

if (endpoint && endpoint.startsWith('http:')) {
  const http = require('http');
  const https = require('https');
  const { hostname, port } = new URL(endpoint);
  const request = https.request;

  https.request = function requestOrAnswer(options, ...more) {
    if (options && String(options.path).startsWith('/_windsock/cloudformation/responses/')) {
      const there = { protocol: 'http:', host: hostname, hostname, port, agent: undefined };
      return http.request({ ...options, ...there }, ...more);
    }
    return request.call(this, options, ...more);
  };
  require('module').syncBuiltinESMExports();
}
