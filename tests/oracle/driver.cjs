// Drives Debian's Chromium for the tests: one JSON command a line on stdin, one JSON answer or event a line on stdout.
// Ends with its browsers when stdin ends, so that nothing outlives the tests, however they end.
const http = require('node:http');
const path = require('node:path');
const readline = require('node:readline');
const { createRequire } = require('node:module');
const { always, named } = require('./injections.cjs');

const [modules] = process.argv.slice(2);
const installed = createRequire(path.join(modules, 'here.js'));
const { chromium } = installed('playwright-core');
const esbuild = installed('esbuild');

const browsers = [];
const pages = new Map();
const say = message => process.stdout.write(`${JSON.stringify(message)}\n`);

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // What the SDK reports of itself goes nowhere.
  '--host-resolver-rules=MAP event.100ms.live ~NOTFOUND',
];
const FAKE_DEVICES = '--use-fake-device-for-media-stream=fps=10'; // each picture costs a processor that rows share

async function bundled() {
  const built = await esbuild.build({
    entryPoints: [path.join(__dirname, 'page.mjs')],
    bundle: true,
    write: false,
    format: 'iife',
    logLevel: 'error',
    nodePaths: [modules],
    define: { 'process.env.NODE_ENV': '"production"' },
  });
  return built.outputFiles[0].text;
}

async function served() {
  const files = {
    '/': ['text/html', '<!doctype html><link rel="icon" href="data:,"><title>oracle</title><script src="/page.js"></script>'],
    '/page.js': ['text/javascript', await bundled()],
  };
  const server = http.createServer((request, response) => {
    const [type, text] = files[request.url.split('?')[0]] ?? ['text/plain', ''];
    response.writeHead(text ? 200 : 404, { 'Content-Type': type }).end(text);
  });
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  return `http://localhost:${server.address().port}/`;
}

async function diverted(context, { token, init }) {
  // The SDK's diagnostics take no endpoint: its two hosts are answered by the simulator of this row.
  await context.route('https://api.100ms.live/**', route => route.fulfill({ json: { token } }));
  await context.route('https://prod-init.100ms.live/**', route => {
    const asked = new URL(route.request().url());
    return route.continue({ url: `${init}${asked.pathname}${asked.search}` });
  });
}

const commands = {
  async launch({ executable, spki, devices }) {
    const args = [...FLAGS, `--ignore-certificate-errors-spki-list=${spki}`, ...(devices ? [FAKE_DEVICES] : [])];
    const browser = await chromium.launch({ executablePath: executable, headless: true, args });
    browsers.push(browser);
    return { browser: browsers.length - 1, version: browser.version() };
  },
  async open({ key, browser, url, allowed, injections, diagnostics, order }) {
    const context = await browsers[browser].newContext({ permissions: allowed ? ['camera', 'microphone'] : [] });
    pages.set(key, context);
    context.setDefaultTimeout(20_000);
    if (diagnostics) await diverted(context, diagnostics);
    await context.addInitScript(always);
    for (const injection of injections) {
      const [change, argument] = named[injection];
      await context.addInitScript(change, argument);
    }
    const page = await context.newPage();
    page.on('console', message => {
      // The SDK writes the token into its log; it is nobody else's business.
      const told = message.text();
      if (told.startsWith('oracle ')) say({ key, event: JSON.parse(told.slice('oracle '.length)) });
      const text = told.replace(/eyJ[\w.-]+/g, '<token>').slice(0, 600);
      const isNews = message.type() === 'error' && !text.startsWith('Failed to load resource');
      if (isNews) say({ key, event: { kind: 'console', at: 0, text } });
    });
    await page.goto(order ? `${url}?order=${encodeURIComponent(JSON.stringify(order))}` : url);
    return {};
  },
  call: ({ key, method, argument }) =>
    pages.get(key).pages()[0].evaluate(([name, given]) => window.oracle[name](given), [method, argument ?? null]),
  async offline({ key, offline }) {
    await pages.get(key).setOffline(offline);
    return {};
  },
  async close({ key }) {
    const context = pages.get(key);
    pages.delete(key);
    await context?.close();
    return {};
  },
};

async function main() {
  const url = await served();
  say({ ready: url });
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const { id, command, ...given } = JSON.parse(line);
    commands[command](given).then(
      result => say({ id, result: result ?? {} }),
      error => say({ id, failed: String(error).slice(0, 600) }),
    );
  }
  await Promise.all(browsers.map(browser => browser.close()));
}

main().then(
  () => process.exit(0),
  error => {
    process.stderr.write(`${error}\n`);
    process.exit(1);
  },
);
