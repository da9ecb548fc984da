// Runs a Node.js function: asks the Runtime API for invocations and calls the handler with them.
//
// Strict mode is this file's own affair: the function's modules are loaded as they are, sloppy ones too.
// Sources: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html,
// https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html and, for the context of old runtimes,
// https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html
'use strict';

const fs = require('fs');
const http = require('http');
const path = require('path');
const util = require('util');
const { pathToFileURL } = require('url');

const [AUTHORITY, ...PREFIX] = process.env.AWS_LAMBDA_RUNTIME_API.split('/');
const [HOST, PORT] = AUTHORITY.split(':');
const BASE = ['', ...PREFIX, '2018-06-01', 'runtime'].join('/');

// Up to nodejs8.10, an error given to the callback was "Handled" and had a stackTrace instead of a trace.
const LEGACY = /^AWS_Lambda_nodejs([468]\.\d+)?$/.test(process.env.AWS_EXECUTION_ENV);

let requestId = '';

// --- the Runtime API -------------------------------------------------------------------------------------

// One connection, kept. While nothing is asked it does not hold the event loop, so that a loop without
// anything of the function's own is empty.
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

function speak(method, where, body, headers) {
  return new Promise((resolve, reject) => {
    const options = {
      agent, method, host: HOST, port: PORT, path: BASE + where,
      headers: { 'Content-Length': Buffer.byteLength(body), ...headers },
    };
    const request = http.request(options, (answer) => {
      const parts = [];
      answer.on('data', (part) => parts.push(part));
      answer.on('end', () => resolve({
        status: answer.statusCode, headers: answer.headers, body: Buffer.concat(parts).toString(),
      }));
    });
    request.on('error', reject);
    request.end(body);
  });
}

// windsock is gone, and with it everybody who could want an answer.
const leave = () => process.exit(0);

const nextInvocation = () => speak('GET', '/invocation/next', '', {}).catch(leave);

const succeed = (id, body) => speak('POST', `/invocation/${id}/response`, body, {}).then((answer) => {
  if (answer.status === 413) {
    process.stderr.write(
      'LAMBDA_RUNTIME Failed to post handler success response. Http response code: 413.\n');
  }
}, leave);

const fail = (id, error, type) => speak(
  'POST', `/invocation/${id}/error`, JSON.stringify(error),
  { 'Lambda-Runtime-Function-Error-Type': headerText(type) }).catch(leave);

const failToInitialise = (error) => speak(
  'POST', '/init/error', JSON.stringify(error),
  { 'Lambda-Runtime-Function-Error-Type': headerText(error.errorType) }).catch(leave);

const headerText = (text) => String(text).replace(/[^\x20-\x7e]/g, '?');

// --- errors as Lambda shows them -------------------------------------------------------------------------

class RuntimeError extends Error {
  constructor(name, message, extra) {
    super(message);
    Object.assign(this, extra);
    Object.defineProperty(this, 'name', { value: name });
  }
}

const isError = (value) => util.types.isNativeError(value) ||
  Boolean(value && value.name && value.message && value.stack);

function described(error) {
  if (!isError(error)) {
    return { errorType: typeof error, errorMessage: String(error), trace: [] };
  }
  const shown = { errorType: error.name, errorMessage: error.message };
  if (error.name === 'Runtime.UnhandledPromiseRejection') {
    Object.assign(shown, { reason: reasonOf(error.reason), promise: {} });
  }
  return { ...shown, trace: String(error.stack).split('\n') };
}

const reasonOf = (reason) => (isError(reason) ? described(reason) : reason);

function describedAsOfOld(error) {
  if (!isError(error)) {
    return { errorMessage: typeof error === 'string' ? error : JSON.stringify(error) };
  }
  const frames = String(error.stack).split('\n').slice(1).map((line) => line.trim().replace(/^at /, ''));
  return { errorMessage: error.message, errorType: error.name, stackTrace: frames };
}

function printError(title, error) {
  const { trace, ...shown } = described(error);
  // An error's own properties are shown too; a string has none, and keeps its empty trace.
  const whole = isError(error) ? { ...shown, ...error, ...shown, stack: trace } : { ...shown, trace };
  print('ERROR', `${title} \t${safeJson(whole)}`);
}

function safeJson(value) {
  try {
    return JSON.stringify(value);
  } catch (unserialisable) {
    return util.inspect(value);
  }
}

// --- the log ---------------------------------------------------------------------------------------------

function print(level, message) {
  process.stdout.write(`${new Date().toISOString()}\t${requestId || 'undefined'}\t${level}\t${message}\n`);
}

function adoptConsole() {
  const levels = { log: 'INFO', info: 'INFO', debug: 'DEBUG', warn: 'WARN', error: 'ERROR', trace: 'TRACE' };
  for (const [name, level] of Object.entries(levels)) {
    console[name] = (...words) => print(level, util.format(...words));
  }
}

// --- finding the handler ---------------------------------------------------------------------------------

function isModuleScope(folder) {
  const file = path.join(folder, 'package.json');
  if (path.basename(folder) === 'node_modules') return false;
  if (fs.existsSync(file)) return JSON.parse(fs.readFileSync(file, 'utf8')).type === 'module';
  const parent = path.dirname(folder);
  return parent !== folder && isModuleScope(parent);
}

async function load(module) {
  const at = path.resolve(process.env.LAMBDA_TASK_ROOT, module);
  const scripts = isModuleScope(path.dirname(at)) ? ['', '.cjs'] : ['', '.js', '.cjs'];
  const script = scripts.map((ending) => at + ending).find(isFile);
  if (script) return require(script);
  const esm = ['.js', '.mjs'].map((ending) => at + ending).find(isFile);
  if (esm) {
    resolveAlong(process.env.NODE_PATH || '');
    return import(pathToFileURL(esm).href);
  }
  return require(require.resolve(module, { paths: [process.env.LAMBDA_TASK_ROOT] }));
}

const isFile = (file) => fs.existsSync(file) && fs.statSync(file).isFile();

// `import` does not look at NODE_PATH, where layers and the AWS SDKs are found; on Lambda it does.
function resolveAlong(searchPath) {
  const hooks = `
    const folders = ${JSON.stringify(searchPath.split(':').filter(Boolean).map((f) => pathToFileURL(f).href))};
    export async function resolve(specifier, context, nextResolve) {
      try {
        return await nextResolve(specifier, context);
      } catch (missing) {
        if (missing.code !== 'ERR_MODULE_NOT_FOUND' || /^([./]|[a-z]+:)/.test(specifier)) throw missing;
        for (const folder of folders) {
          try {
            return await nextResolve(specifier, { ...context, parentURL: folder + '/../from.mjs' });
          } catch (elsewhere) { /* the next folder may have it */ }
        }
        throw missing;
      }
    }`;
  const { register } = require('module');
  if (register && searchPath) register('data:text/javascript,' + encodeURIComponent(hooks));
}

async function loadOrExplain(module) {
  try {
    return await load(module);
  } catch (error) {
    if (error instanceof SyntaxError) throw namedAs('Runtime.UserCodeSyntaxError', error);
    if (/MODULE_NOT_FOUND$/.test(error.code)) throw namedAs('Runtime.ImportModuleError', error);
    throw error;
  }
}

function namedAs(name, error) {
  const text = name.endsWith('SyntaxError') ? `${error.name}: ${error.message}` : `Error: ${error.message}`;
  const named = new RuntimeError(name, text);
  named.stack = `${name}: ${text}\n${String(error.stack)}`;
  return named;
}

async function findHandler(name) {
  const folder = path.dirname(name);
  const match = /^([^.]*)\.(.*)$/.exec(path.basename(name));
  if (name.includes('..')) {
    throw new RuntimeError('Runtime.MalformedHandlerName', `'${name}' is not a valid handler name. ` +
      'Use absolute paths when specifying root directories in handler names.');
  }
  if (!match) throw new RuntimeError('Runtime.MalformedHandlerName', 'Bad handler');
  const app = await loadOrExplain(folder === '.' ? match[1] : path.join(folder, match[1]));
  const handler = match[2].split('.').reduce((nested, key) => nested && nested[key], app);
  if (!handler) throw new RuntimeError('Runtime.HandlerNotFound', `${name} is undefined or not exported`);
  if (typeof handler !== 'function') {
    throw new RuntimeError('Runtime.HandlerNotFound', `${name} is not a function`);
  }
  return handler;
}

// --- an invocation ---------------------------------------------------------------------------------------

// What is done when the event loop has nothing left to do. It is the way the wait for an empty event loop
// ends, and the way a handler that never answers is found out.
let whenEmpty = () => {};
process.on('beforeExit', () => {
  const act = whenEmpty;
  whenEmpty = () => {};
  act();
});

class Invocation {
  constructor(handler, { headers, body }) {
    this.handler = handler;
    this.body = body;
    this.headers = headers;
    this.id = headers['lambda-runtime-aws-request-id'];
    this.waits = true;
    this.answered = false;
    this.finished = new Promise((resolve) => { this.finish = resolve; });
  }

  run() {
    requestId = this.id;
    process.env._X_AMZN_TRACE_ID = this.headers['lambda-runtime-trace-id'] || '';
    whenEmpty = () => this.neverAnswered();
    const callback = (error, result) => this.called(error, result);
    try {
      const result = this.handler(JSON.parse(this.body), this.context(), callback);
      if (result && typeof result.then === 'function') {
        result.then((value) => this.done(null, value), (error) => this.done(asError(error)));
      }
    } catch (error) {
      this.done(asError(error));
    }
    return this.finished;
  }

  // The callback waits for what the function still has under way, unless it is told not to.
  called(error, result) {
    if (this.answered) return;
    this.answered = true;
    const send = () => this.send(error, result);
    if (this.waits) whenEmpty = send;
    else setImmediate(send);
  }

  // A promise, and the old context's methods, do not wait.
  done(error, result) {
    if (this.answered) return;
    this.answered = true;
    setImmediate(() => this.send(error, result));
  }

  neverAnswered() {
    this.answered = true;
    const promised = this.handler.constructor && this.handler.constructor.name === 'AsyncFunction';
    if (!promised) {
      this.send(null, null);
      return;
    }
    const error = new RuntimeError('Runtime.NodeJsExit',
      'The Lambda runtime client detected an unexpected exit code. This is most commonly caused by a ' +
      'Promise that was never settled. For more information, see ' +
      'https://nodejs.org/docs/latest/api/process.html#exit-codes');
    error.stack = error.message;
    this.send(error);
  }

  async send(error, result) {
    if (error !== null && error !== undefined) await this.sendError(error);
    else await this.sendResult(result);
    this.finish();
  }

  async sendResult(result) {
    let body;
    try {
      body = JSON.stringify(result === undefined ? null : result);
    } catch (unserialisable) {
      await this.sendError(new RuntimeError('Runtime.MarshalError', 'Unable to stringify response body'));
      return;
    }
    await succeed(this.id, body === undefined ? 'null' : body);
  }

  async sendError(error) {
    printError('Invoke Error', error);
    if (LEGACY) await fail(this.id, describedAsOfOld(error), 'Handled');
    else await fail(this.id, described(error), described(error).errorType);
  }

  context() {
    const deadline = Number(this.headers['lambda-runtime-deadline-ms']);
    const parsed = (name) => (this.headers[name] ? JSON.parse(this.headers[name]) : undefined);
    const invocation = this;
    return {
      get callbackWaitsForEmptyEventLoop() { return invocation.waits; },
      set callbackWaitsForEmptyEventLoop(value) { invocation.waits = Boolean(value); },
      functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
      functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
      memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
      logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
      logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
      clientContext: parsed('lambda-runtime-client-context'),
      identity: parsed('lambda-runtime-cognito-identity'),
      invokedFunctionArn: this.headers['lambda-runtime-invoked-function-arn'],
      awsRequestId: this.id,
      getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
      succeed: (result) => this.done(null, result),
      fail: (error) => this.done(asError(error)),
      done: (error, result) => (isNothing(error) ? this.done(null, result) : this.done(error)),
    };
  }
}

const isNothing = (value) => value === null || value === undefined;

// Failing without saying how is a failure still.
const asError = (error) => (isNothing(error) ? 'handled' : error);

// --- from the start --------------------------------------------------------------------------------------

// What nobody caught ends the process: the invocation fails, and the next one has a new process.
function endWith(title, toError, status) {
  return async (thrown) => {
    whenEmpty = () => {};
    const error = toError(thrown);
    printError(title, error);
    if (requestId) await fail(requestId, described(error), described(error).errorType);
    else await failToInitialise(described(error));
    process.exit(status);
  };
}

const rejected = (reason) => new RuntimeError(
  'Runtime.UnhandledPromiseRejection', String(isError(reason) ? `${reason.name}: ${reason.message}` : reason),
  { reason });

async function main() {
  adoptConsole();
  process.on('uncaughtException', endWith('Uncaught Exception', (error) => error, 129));
  process.on('unhandledRejection', endWith('Unhandled Promise Rejection', rejected, 128));
  // User code must not find this file when it asks for what was started.
  process.argv[1] = process.env.LAMBDA_TASK_ROOT;
  let handler;
  try {
    handler = await findHandler(process.env._HANDLER);
  } catch (error) {
    await endWith('Uncaught Exception', (it) => it, 1)(error);
  }
  for (;;) {
    const invocation = new Invocation(handler, await nextInvocation());
    await invocation.run();
  }
}

main();
