// Opens the page of rehearsal/ in Debian's Chromium: one JSON command a line on stdin, one JSON answer a line on stdout.
const fs = require('node:fs');
const http = require('node:http');
const path = require('node:path');
const readline = require('node:readline');
const { createRequire } = require('node:module');

const [modules, ready] = process.argv.slice(2);
const installed = createRequire(path.join(modules, 'here.js'));
const { chromium } = installed('playwright-core');
const esbuild = installed('esbuild');
const pages = path.join(__dirname, '..', '..', 'rehearsal');
const told = JSON.parse(fs.readFileSync(ready, 'utf8'));

async function served() {
  const built = await esbuild.build({
    entryPoints: [path.join(pages, 'app.js')],
    bundle: true,
    write: false,
    logLevel: 'error',
    nodePaths: [modules],
    define: { 'process.env.NODE_ENV': '"production"' },
  });
  const files = {
    '/': ['text/html', fs.readFileSync(path.join(pages, 'index.html'))],
    '/bundle.js': ['text/javascript', built.outputFiles[0].text],
    '/sim.json': ['application/json', JSON.stringify(told)],
  };
  const server = http.createServer((request, response) => {
    const [type, text] = files[request.url] ?? ['text/plain', ''];
    response.writeHead(text ? 200 : 404, { 'Content-Type': type }).end(text);
  });
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  return `http://localhost:${server.address().port}/`;
}

const commands = {
  click: (page, name) => page.getByRole('button', { name, exact: true }).click(),
  play: async (page, line) => {
    await page.getByLabel('A fault').fill(line);
    await page.getByRole('button', { name: 'Play' }).click();
  },
  until: (page, text) => page.waitForFunction(wanted => new RegExp(wanted).test(document.body.innerText), text),
};

(async () => {
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--use-fake-device-for-media-stream',
      '--use-fake-ui-for-media-stream',
      `--ignore-certificate-errors-spki-list=${told.spki}`,
      '--host-resolver-rules=MAP event.100ms.live ~NOTFOUND',
    ],
  });
  const context = await browser.newContext({ permissions: ['camera', 'microphone'] });
  context.setDefaultTimeout(25_000);
  const page = await context.newPage();
  await page.goto(await served());
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const [what, argument] = JSON.parse(line);
    const failed = await commands[what](page, argument).then(() => '', error => String(error).split('\n')[0]);
    process.stdout.write(`${JSON.stringify({ failed, text: await page.innerText('body') })}\n`);
  }
  await browser.close();
  process.exit(0);
})();
