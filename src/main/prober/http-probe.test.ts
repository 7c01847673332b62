import type { LookupFunction } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../../test/support/eventually';
import {
  closedPort,
  type MisbehavingServer,
  startFullPort,
  startMisbehavingServer,
  startRawServer,
} from '../../../test/support/misbehaving-server';
import type { TargetInput } from '../../shared/domain/target';
import type { AttemptResult } from './attempt-result';
import { probeHttp } from './http-probe';
import { contextOf, requestOf } from './prober-fixtures';

let server: MisbehavingServer;
let other: MisbehavingServer;
beforeAll(async () => {
  server = await startMisbehavingServer();
  other = await startMisbehavingServer();
});
afterAll(async () => {
  await server.close();
  await other.close();
});
afterEach(async () => {
  // Whatever a server did to it, no connection outlives its probe.
  await eventually(() => server.connections()).toBe(0);
  await eventually(() => other.connections()).toBe(0);
});

const context = contextOf();
/** As the system answers for a name with an IPv6 and an IPv4 address. */
const bothAddresses: LookupFunction = (_host, _options, done) => {
  setImmediate(() =>
    done(null, [
      { address: '::1', family: 6 },
      { address: '127.0.0.1', family: 4 },
    ]),
  );
};
const probe = (url: string, fields: Partial<TargetInput> = {}): Promise<AttemptResult> =>
  probeHttp(requestOf({ url, timeoutMs: 5000, ...fields }), context);

function sumOfPhases(result: AttemptResult): number {
  const { dns_ms, connect_ms, tls_ms, ttfb_ms, transfer_ms } = result;
  const sum = [dns_ms, connect_ms, tls_ms, ttfb_ms, transfer_ms].reduce<number>(
    (all, ms) => all + (ms ?? 0),
    0,
  );
  return Math.round(sum * 100) / 100;
}

describe('a probe of a server that works', () => {
  it('is up with every phase, which add up to the latency', async () => {
    const result = await probe(server.url('/slow/50'));
    expect(result).toMatchObject({
      outcome: 'up',
      status_code: 200,
      dns_ms: null,
      tls_ms: null,
      failure_phase: null,
      failure_code: null,
      failure_detail: null,
      remote_ip: '127.0.0.1',
      http_version: '1.1',
      response_bytes: 4,
    });
    expect(result.connect_ms).toBeGreaterThan(0);
    expect(result.ttfb_ms).toBeGreaterThan(49);
    expect(result.transfer_ms).not.toBeNull();
    expect(result.latency_ms).toBe(sumOfPhases(result));
    for (const ms of [result.connect_ms, result.ttfb_ms, result.transfer_ms, result.latency_ms]) {
      expect(Math.round((ms ?? 0) * 100) / 100).toBe(ms);
    }
  });

  it('has a look-up phase when the host is a name', async () => {
    const result = await probe(`http://localhost:${server.port}/ok`);
    expect(result).toMatchObject({ outcome: 'up', remote_ip: '127.0.0.1' });
    expect(result.dns_ms).toBeGreaterThan(0);
    expect(result.latency_ms).toBe(sumOfPhases(result));
  });

  it('takes the second address of a name when the first refuses', async () => {
    const request = requestOf({ url: `http://two.example:${server.port}/ok` });
    expect(await probeHttp(request, contextOf({ lookup: bothAddresses }))).toMatchObject({
      outcome: 'up',
      remote_ip: '127.0.0.1',
    });
  });

  it('speaks IPv6', async () => {
    const six = await startMisbehavingServer({ host: '::1' });
    const result = await probe(six.url('/echo'));
    await six.close();
    expect(result).toMatchObject({ outcome: 'up', remote_ip: '::1', dns_ms: null });
    expect(six.requests[0]?.headers.host).toBe(`[::1]:${six.port}`);
  });

  it('is degraded when it took longer than the target allows', async () => {
    expect(await probe(server.url('/slow/50'), { degradedMs: 20 })).toMatchObject({
      outcome: 'degraded',
      failure_code: null,
    });
    expect(await probe(server.url('/ok'), { degradedMs: 4000 })).toMatchObject({ outcome: 'up' });
  });

  it('is down with the latency kept when the status is not accepted', async () => {
    const result = await probe(server.url('/status/503'), {
      degradedMs: 1,
      acceptedStatus: ['200-299', '304'],
    });
    expect(result).toMatchObject({
      outcome: 'down',
      status_code: 503,
      failure_phase: 'assertion',
      failure_code: 'unexpected_status',
      failure_detail: 'status 503, expected 200-299, 304',
    });
    expect(result.latency_ms).toBe(sumOfPhases(result));
  });

  it('counts a large body without keeping it', async () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    const heldBytes = () => {
      collectGarbage();
      return process.memoryUsage().arrayBuffers;
    };
    const before = heldBytes();
    const running = probe(server.url('/endless-body'), { timeoutMs: 1500 });
    // The server in this process has buffers of its own under way now and then: what the probe holds is in every look.
    let leastHeld = Number.POSITIVE_INFINITY;
    for (let look = 0; look < 40 && leastHeld >= 1_048_576; look += 1) {
      await new Promise((resume) => setTimeout(resume, 25));
      leastHeld = Math.min(leastHeld, heldBytes() - before);
    }
    expect(leastHeld).toBeLessThan(1_048_576);
    expect((await running).response_bytes).toBeGreaterThan(10_000_000);
    expect(await probe(server.url('/size/8000000'))).toMatchObject({
      outcome: 'up',
      response_bytes: 8_000_000,
    });
  });

  it.each([
    ['HTTP/1.0 to the end of the connection', '/http10', { http_version: '1.0', response_bytes: 10 }],
    ['no content', '/no-content', { status_code: 204, response_bytes: 0 }],
    ['headers of 40 kB', '/large-headers', { response_bytes: 0 }],
    ['interim answers before the real one', '/continue-then-ok', { status_code: 200 }],
    ['garbage after the whole answer', '/trailing-garbage', { response_bytes: 2 }],
  ])('takes %s', async (_what, path, expected) => {
    expect(await probe(server.url(path))).toMatchObject({ outcome: 'up', ...expected });
  });

  it('takes a redirect status without a place to go, and one that is none, for the answer', async () => {
    const acceptedStatus = ['300-399'];
    for (const code of [302, 304]) {
      expect(await probe(server.url(`/status/${code}`), { acceptedStatus })).toMatchObject({
        outcome: 'up',
        status_code: code,
      });
    }
  });

  it('takes a switch of protocols for the answer where it is asked for', async () => {
    const headers = { Connection: 'Upgrade', Upgrade: 'websocket' };
    const result = await probe(server.url('/upgrade'), { headers, acceptedStatus: ['101'] });
    expect(result).toMatchObject({ outcome: 'up', status_code: 101, response_bytes: 0 });
    expect(result.latency_ms).toBe(sumOfPhases(result));
  });
});

describe('the request', () => {
  const sent = async (fields: Partial<TargetInput> = {}, path = '/echo') => {
    await probe(server.url(path), fields);
    return server.requests.at(-1);
  };

  it('says who asks, and asks for one answer on the connection', async () => {
    expect(await sent({}, '/echo?a=1')).toMatchObject({
      method: 'GET',
      path: '/echo?a=1',
      headers: {
        host: `127.0.0.1:${server.port}`,
        'user-agent': 'UpTimer/0.0.0 (+uptime monitor)',
        connection: 'close',
      },
      body: '',
    });
  });

  it("has the user's headers over ours, but not over the framing", async () => {
    const headers = {
      'User-Agent': 'mine',
      'X-Own': 'yes',
      Host: 'virtual.example',
      'Content-Length': '999',
      'Transfer-Encoding': 'chunked',
      Trailer: 'x',
      Connection: 'keep-alive',
    };
    const request = await sent({ method: 'POST', body: 'año', headers });
    expect(request?.headers).toMatchObject({
      'user-agent': 'mine',
      'x-own': 'yes',
      host: 'virtual.example',
      'content-length': '4',
      connection: 'close',
    });
    expect(request?.headers).not.toHaveProperty('transfer-encoding');
    expect(Buffer.from(request?.body ?? '', 'latin1').toString()).toBe('año');
  });

  it('asks for the head alone with HEAD, and sends an empty body with POST without one', async () => {
    expect(await sent({ method: 'HEAD' }, '/ok')).toMatchObject({ method: 'HEAD' });
    expect((await sent({ method: 'POST' }))?.headers['content-length']).toBe('0');
  });

  it('carries the userinfo of the URL as basic authentication', async () => {
    await probe(`http://an%6ea:p%40ss@127.0.0.1:${server.port}/echo`);
    const expected = `Basic ${Buffer.from('anna:p@ss').toString('base64')}`;
    expect(server.requests.at(-1)?.headers.authorization).toBe(expected);
    expect(await probe(`http://a%zz:b@127.0.0.1:${server.port}/echo`)).toMatchObject({ outcome: 'up' });
  });

  it('that cannot be sent is a failure in our own words', async () => {
    const request = requestOf({ url: server.url('/ok') });
    const result = await probeHttp({ ...request, headers: { 'X-Own': 'line\r\nbreak' } }, context);
    expect(result).toMatchObject({
      outcome: 'down',
      failure_phase: 'connect',
      failure_code: 'connect_failed',
    });
    expect(result.failure_detail).not.toContain('break');
  });
});

describe('redirects', () => {
  it('are followed with their phases summed', async () => {
    const result = await probe(server.url('/redirects/3'));
    expect(result).toMatchObject({ outcome: 'up', status_code: 200, response_bytes: 2 });
    expect(result.latency_ms).toBe(sumOfPhases(result));
    expect(server.requests.slice(-4).map(({ path }) => path)).toEqual([
      '/redirects/3',
      '/redirects/2',
      '/redirects/1',
      '/ok',
    ]);
  });

  it('are the answer itself where none may be followed', async () => {
    const fields = { maxRedirects: 0, acceptedStatus: ['302'] };
    expect(await probe(server.url('/redirects/3'), fields)).toMatchObject({
      outcome: 'up',
      status_code: 302,
    });
  });

  it.each([
    ['a loop', '/redirect-loop', 'too_many_redirects', 'more than 5 redirects'],
    ['one too many', '/redirects/6', 'too_many_redirects', 'more than 5 redirects'],
    [
      'another scheme',
      '/redirect/302/ftp%3A%2F%2Fh%2F',
      'bad_redirect',
      'the redirect leads to no http or https URL',
    ],
    ['no URL', '/redirect/302/http%3A%2F%2F', 'bad_redirect', 'the redirect leads to no valid URL'],
  ])('fail on %s', async (_what, path, failure_code, failure_detail) => {
    expect(await probe(server.url(path))).toMatchObject({
      outcome: 'down',
      failure_phase: 'response',
      failure_code,
      failure_detail,
      latency_ms: null,
    });
  });

  it.each([
    [301, 'POST', 'GET', ''],
    [302, 'POST', 'GET', ''],
    [303, 'PUT', 'GET', ''],
    [303, 'HEAD', 'HEAD', ''],
    [302, 'PUT', 'PUT', 'body'],
    [307, 'POST', 'POST', 'body'],
    [308, 'POST', 'POST', 'body'],
  ] as const)('with %i turn %s into %s', async (status, method, then, body) => {
    const headers = { 'Content-Type': 'text/plain' };
    const withBody = method === 'HEAD' ? {} : { body: 'body' };
    await probe(server.url(`/redirect/${status}/%2Fecho`), { method, headers, ...withBody });
    const request = server.requests.at(-1);
    expect(request).toMatchObject({ method: then, path: '/echo', body });
    expect('content-type' in (request?.headers ?? {})).toBe(body !== '' || method === 'HEAD');
  });

  // biome-ignore-start lint/suspicious/noTemplateCurlyInString: this is how a secret is named in targets.json
  const secrets = {
    url: 'http://127.0.0.1/',
    method: 'POST' as const,
    headers: {
      Authorization: 'Bearer x',
      Cookie: 'a=b',
      'X-Api-Key': 'k',
      'X-Tenant': '${env:T}',
      'X-Plain': 'p',
    },
    body: 'b',
  };
  const resolved = { ...secrets.headers, 'X-Tenant': 'resolved' };
  const probeSecrets = (url: string, body = secrets.body) => {
    const request = requestOf({ ...secrets, body });
    return probeHttp({ ...request, url, headers: resolved, body: 'resolved body' }, context);
  };

  it('take credentials along inside the origin, and leave them behind at its border', async () => {
    const userinfo = server.url('/redirect/307/').replace('http://', 'http://anna:pw@');
    await probeSecrets(`${userinfo}${encodeURIComponent('/echo')}`);
    expect(server.requests.at(-1)?.headers).toMatchObject({
      authorization: 'Bearer x',
      cookie: 'a=b',
      'x-api-key': 'k',
      'x-tenant': 'resolved',
    });
    await probeSecrets(`${userinfo}${encodeURIComponent(other.url('/echo'))}`);
    const { headers } = other.requests.at(-1) ?? {};
    expect(headers).toMatchObject({ 'x-plain': 'p', host: `127.0.0.1:${other.port}` });
    for (const name of ['authorization', 'cookie', 'x-api-key', 'x-tenant'])
      expect(headers).not.toHaveProperty(name);
  });

  it('that ask to send a secret body to another origin are not followed', async () => {
    const before = other.requests.length;
    const url = server.url(`/redirect/307/${encodeURIComponent(other.url('/echo'))}`);
    expect(await probeSecrets(url, 'pw=${env:PW}')).toMatchObject({
      failure_code: 'bad_redirect',
      failure_detail: 'the redirect asks to send a secret to another origin',
    });
    expect(other.requests).toHaveLength(before);
  });
  // biome-ignore-end lint/suspicious/noTemplateCurlyInString: as above
});

describe('a server that misbehaves', () => {
  it.each([
    ['resets before the headers', '/reset-before-headers', 'connection_reset'],
    ['resets amid the headers', '/reset-in-headers', 'connection_reset'],
    ['ends amid the headers', '/half-headers', 'connection_reset'],
    ['ends without a word', '/empty', 'empty_response'],
    ['resets amid the body', '/reset-in-body', 'body_cut'],
    ['sends less than it announced', '/cut-length', 'body_cut'],
    ['ends amid the chunks', '/cut-chunked', 'body_cut'],
    ['sends a broken chunk', '/bad-chunk', 'malformed_response'],
    ['speaks another protocol', '/garbage', 'malformed_response'],
    ['sends binary garbage', '/binary', 'malformed_response'],
    ['sends huge headers', '/huge-headers', 'headers_too_large'],
  ])('and %s is down in the response phase', async (_what, path, failure_code) => {
    const result = await probe(server.url(path));
    expect(result).toMatchObject({
      outcome: 'down',
      failure_phase: 'response',
      failure_code,
      latency_ms: null,
    });
    expect(result.failure_detail).not.toMatch(/127|http:|\//);
  });

  it.each([
    ['hangs before the headers', '/hang', 'timeout_response'],
    ['dribbles its headers', '/dribble-headers', 'timeout_response'],
    ['floods with interim answers', '/continue-flood', 'timeout_response'],
    ['hangs amid the body', '/hang-in-body', 'timeout_body'],
    ['dribbles its body', '/dribble-body', 'timeout_body'],
    ['never ends its body', '/endless-body', 'timeout_body'],
  ])('and %s is cut off by the timeout', async (_what, path, failure_code) => {
    const startMs = performance.now();
    const result = await probe(server.url(path), { timeoutMs: 200 });
    expect(performance.now() - startMs).toBeGreaterThan(195);
    expect(result).toMatchObject({
      outcome: 'down',
      failure_phase: 'timeout',
      failure_code,
      latency_ms: null,
    });
  });

  it('cannot stretch the timeout by redirecting', async () => {
    const startMs = performance.now();
    const url = server.url(`/redirect/302/${encodeURIComponent('/hang')}`);
    expect(await probe(url, { timeoutMs: 200 })).toMatchObject({ failure_code: 'timeout_response' });
    expect(performance.now() - startMs).toBeLessThan(2000);
  });
});

describe('a host that cannot be reached', () => {
  const failing = (code: string): LookupFunction => {
    const error = Object.assign(new Error('getaddrinfo secret.example'), { code, syscall: 'getaddrinfo' });
    return (_host, _options, done) => setImmediate(() => done(error, []));
  };
  const withLookup = (lookup: LookupFunction, timeoutMs = 5000) =>
    probeHttp(requestOf({ url: 'http://secret.example/', timeoutMs }), contextOf({ lookup }));

  it('refuses', async () => {
    expect(await probe(`http://127.0.0.1:${await closedPort()}/`)).toMatchObject({
      outcome: 'down',
      failure_phase: 'connect',
      failure_code: 'connection_refused',
      latency_ms: null,
      remote_ip: null,
    });
  });

  it('refuses on every address of its name', async () => {
    const request = requestOf({ url: `http://two.example:${await closedPort()}/` });
    expect(await probeHttp(request, contextOf({ lookup: bothAddresses }))).toMatchObject({
      failure_phase: 'connect',
      failure_code: 'connection_refused',
    });
  });

  it('takes no connection', async () => {
    const full = await startFullPort();
    const result = await probe(`http://127.0.0.1:${full.port}/`, { timeoutMs: 200 });
    full.close();
    expect(result).toMatchObject({ failure_phase: 'timeout', failure_code: 'timeout_connect' });
  });

  it('has no name', async () => {
    expect(await withLookup(failing('ENOTFOUND'))).toMatchObject({
      outcome: 'down',
      failure_phase: 'dns',
      failure_code: 'name_not_found',
      failure_detail: 'the name does not exist',
      dns_ms: null,
    });
  });

  it('has a name that cannot be looked up', async () => {
    expect(await withLookup(failing('EAI_AGAIN'))).toMatchObject({
      failure_phase: 'dns',
      failure_code: 'dns_failed',
    });
  });

  it('has a name nobody answers for', async () => {
    expect(await withLookup(() => undefined, 100)).toMatchObject({
      failure_phase: 'timeout',
      failure_code: 'timeout_dns',
    });
  });

  it('is asked of the system, whose answer about a name that cannot exist is a failure of the look-up', async () => {
    expect(await probe('http://no-such-name.invalid/')).toMatchObject({
      outcome: 'down',
      failure_phase: 'dns',
    });
  });
});

it('says so when this machine has no room for a connection, instead of blaming the target', async () => {
  const full: LookupFunction = (_host, _options, done) => {
    setImmediate(() => done(Object.assign(new Error('full'), { code: 'EMFILE', syscall: 'connect' }), []));
  };
  await expect(
    probeHttp(requestOf({ url: 'http://h.example/' }), contextOf({ lookup: full })),
  ).rejects.toMatchObject({
    name: 'OwnFault',
    message: 'this machine has no room for one more connection (EMFILE)',
  });
});

it('leaves no timer and no socket behind, however often a server misbehaves', async () => {
  const silent = await startRawServer(() => undefined);
  const paths = [
    '/ok',
    '/hang',
    '/cut-length',
    '/garbage',
    '/reset-before-headers',
    '/endless-body',
    '/redirects/2',
  ];
  const handles = () =>
    process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap' || kind === 'Timeout').length;
  const before = handles();
  await Promise.all(
    Array.from({ length: 5 }, () => paths.map((path) => probe(server.url(path), { timeoutMs: 100 }))).flat(),
  );
  await probe(`https://127.0.0.1:${silent.port}/`, { timeoutMs: 100 });
  await silent.close();
  await eventually(handles).toBeLessThanOrEqual(before);
});
