// Exits 0 when the engine on this data folder answers, 1 when it does not, with one line that says why.
import { readFileSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import process from 'node:process';

const at = process.argv.indexOf('--data');
const data = at < 0 ? '.' : (process.argv[at + 1] ?? '.');
const fail = (reason) => {
  process.stderr.write(`unhealthy: ${reason}\n`);
  process.exit(1);
};

let port;
try {
  port = JSON.parse(readFileSync(join(data, 'runtime.json'), 'utf8')).port;
} catch {
  fail(`no engine has written ${join(data, 'runtime.json')}`);
}
const request = get({ host: '127.0.0.1', port, path: '/healthz', timeout: 4000 }, (response) => {
  response.resume();
  if (response.statusCode === 204) process.exit(0);
  fail(`the engine answered ${response.statusCode}`);
});
request.on('timeout', () => fail('the engine did not answer within 4 s'));
request.on('error', (error) => fail(error.message));
