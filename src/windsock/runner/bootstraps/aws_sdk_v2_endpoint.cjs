// Makes the AWS SDK for JavaScript v2, which does not know AWS_ENDPOINT_URL, honour it.
//
// Preloaded into every Node.js function. A v2 client that was given no endpoint, be it by its own options or
// by `AWS.config`, asks the SDK's module `region_config` for one when it is made; that answer is replaced.
// So nothing a function does to `AWS.config` loses it, and an endpoint of a function's own stays.
// Source: https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
'use strict';

const endpoint = process.env.AWS_ENDPOINT_URL;

if (endpoint) {
  const Module = require('module');
  const load = Module._load;
  const adapted = new WeakMap();

  const withEndpoint = (configureEndpoint) => function configure(service) {
    configureEndpoint(service);
    service.config.endpoint = endpoint;
    service.config.s3ForcePathStyle = true;
    service.config.hostPrefixEnabled = false;
  };

  // Until 2.8xx the module was the function, since then it has it.
  const adapt = (regionConfig) => (typeof regionConfig === 'function'
    ? withEndpoint(regionConfig)
    : { ...regionConfig, configureEndpoint: withEndpoint(regionConfig.configureEndpoint) });

  Module._load = function loadAndAdapt(request, parent, isMain) {
    const loaded = load.call(this, request, parent, isMain);
    if (!request.endsWith('/region_config') || !/[\\/]aws-sdk[\\/]lib[\\/]/.test(parent && parent.filename)) {
      return loaded;
    }
    if (!adapted.has(loaded)) adapted.set(loaded, adapt(loaded));
    return adapted.get(loaded);
  };
}
