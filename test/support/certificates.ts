import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface KeyPair {
  /** PEM. */
  cert: string;
  key: string;
}

/** ECDSA P-256 certificates for 127.0.0.1, ::1 and localhost, each with the one flaw of its name. */
export interface Certificates {
  /** The authority that signed all but `selfSigned` and `unknownIssuer`, PEM. */
  ca: string;
  valid: KeyPair;
  expired: KeyPair;
  notYetValid: KeyPair;
  /** For `elsewhere.example` only. */
  wrongHost: KeyPair;
  selfSigned: KeyPair;
  /** Signed by an authority that nobody trusts. */
  unknownIssuer: KeyPair;
}

const HERE = 'IP:127.0.0.1,IP:::1,DNS:localhost';

export function hasOpenssl(): boolean {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Made anew by `openssl` on every call, in less than a second. */
export function createCertificates(): Certificates {
  const directory = mkdtempSync(join(tmpdir(), 'uptimer-certificates-'));
  try {
    const ca = createAuthority(directory, 'ca');
    const stranger = createAuthority(directory, 'stranger');
    return {
      ca: ca.cert,
      valid: ca.sign('valid', HERE, -1, 30),
      expired: ca.sign('expired', HERE, -30, -1),
      notYetValid: ca.sign('not-yet-valid', HERE, 1, 30),
      wrongHost: ca.sign('wrong-host', 'DNS:elsewhere.example', -1, 30),
      selfSigned: selfSigned(directory, 'self-signed', HERE),
      unknownIssuer: stranger.sign('unknown-issuer', HERE, -1, 30),
    };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function openssl(directory: string, args: readonly string[]): void {
  execFileSync('openssl', args, { cwd: directory, stdio: ['ignore', 'ignore', 'pipe'] });
}

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

function pairOf(directory: string, name: string): KeyPair {
  return {
    cert: readFileSync(join(directory, `${name}.pem`), 'utf8'),
    key: readFileSync(join(directory, `${name}.key`), 'utf8'),
  };
}

function selfSigned(directory: string, name: string, subjectAltName: string): KeyPair {
  const files = ['-keyout', `${name}.key`, '-out', `${name}.pem`];
  const about = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=${subjectAltName}`, '-days', '30'];
  openssl(directory, ['req', '-x509', ...NEW_KEY, ...about, ...files]);
  return pairOf(directory, name);
}

function createAuthority(directory: string, name: string) {
  const files = ['-keyout', `${name}.key`, '-out', `${name}.pem`];
  openssl(directory, [
    'req',
    '-x509',
    ...NEW_KEY,
    '-subj',
    `/CN=UpTimer test ${name}`,
    '-days',
    '60',
    ...files,
  ]);
  mkdirSync(join(directory, `${name}.d`));
  writeFileSync(join(directory, `${name}.index`), '');
  writeFileSync(
    join(directory, `${name}.cnf`),
    `[ca]\ndefault_ca = it\n[it]\ndatabase = ${name}.index\nnew_certs_dir = ${name}.d\nrand_serial = yes\n` +
      'default_md = sha256\npolicy = any\nunique_subject = no\n[any]\ncommonName = supplied\n',
  );
  return {
    cert: pairOf(directory, name).cert,
    /** @param fromDays, toDays validity, counted from now */
    sign(leaf: string, subjectAltName: string, fromDays: number, toDays: number): KeyPair {
      openssl(directory, [
        ...['req', ...NEW_KEY, '-subj', `/CN=${leaf}`, '-keyout', `${leaf}.key`, '-out', `${leaf}.csr`],
      ]);
      writeFileSync(join(directory, `${leaf}.ext`), `subjectAltName = ${subjectAltName}\n`);
      openssl(directory, [
        ...['ca', '-batch', '-config', `${name}.cnf`, '-cert', `${name}.pem`, '-keyfile', `${name}.key`],
        ...['-startdate', opensslDate(fromDays), '-enddate', opensslDate(toDays)],
        ...['-extfile', `${leaf}.ext`, '-notext', '-in', `${leaf}.csr`, '-out', `${leaf}.pem`],
      ]);
      return pairOf(directory, leaf);
    },
  };
}

/** `YYYYMMDDHHMMSSZ`. */
function opensslDate(days: number): string {
  const iso = new Date(Date.now() + days * 86_400_000).toISOString();
  return `${iso.slice(0, 19).replace(/[-:T]/g, '')}Z`;
}
