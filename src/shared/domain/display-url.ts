import { parseHttpUrl, type Target } from './target';

const MASK = '***';
const REFERENCE = /\$\{env:[A-Za-z_][A-Za-z0-9_]*\}/g;
/** Stands for a reference while the URL is taken apart: it survives parsing unchanged, in the host as well. */
const PLACEHOLDER = 'uptimer-masked-value';

/** Give a secret away wherever they stand in a name. */
const SECRET_PART = /token|secret|passw|passphrase|pwd|apikey|credential|signature|session|bearer/;
/** Give it away as a whole word only: `design` holds no `sig`, `keyword` no `key`, `author` no `auth`. */
const SECRET_WORD =
  /^(\w*key|keys|sig|sign|auth|oauth\d?|authorization|authentication|pass|jwt|hmac|otp|sid|cred|creds)$/;

/** Whether the value under this name (of a query pair or a header) is most likely a secret. */
export function isSecretName(name: string): boolean {
  const lower = name.toLowerCase();
  // `code` alone is what OAuth and hosted functions call their key; `postcode` and `country_code` are harmless.
  if (lower === 'code' || SECRET_PART.test(lower.replace(/[^a-z0-9]/g, ''))) return true;
  const words = name.replace(/([a-z0-9])([A-Z])/g, '$1 $2').split(/[^A-Za-z0-9]+/);
  return words.some((word) => SECRET_WORD.test(word.toLowerCase()));
}

/**
 * What may be stored and shown of a URL (invariant I8): no userinfo, no fragment, and `***` for the values of secret-looking
 * query names, of the target's own masked names, and of every `${env:NAME}`.
 */
export function displayUrlOf(target: Pick<Target, 'url' | 'maskedQueryNames'>): string {
  const url = parseHttpUrl(target.url.replace(REFERENCE, PLACEHOLDER));
  if (url === null) return MASK;
  const own = new Set(target.maskedQueryNames.map((name) => name.toLowerCase()));
  // Some servers take `;` as well. What separates stays as it is.
  const pairs = url.search
    .slice(1)
    .split(/([&;])/)
    .map((pair) => {
      const equals = pair.indexOf('=');
      if (equals === -1) return pair;
      const name = decoded(pair.slice(0, equals));
      return isSecretName(name) || own.has(name.toLowerCase()) ? `${pair.slice(0, equals)}=${MASK}` : pair;
    });
  const query = url.search === '' ? '' : `?${pairs.join('')}`;
  return `${url.protocol}//${url.host}${url.pathname}${query}`.replaceAll(PLACEHOLDER, MASK);
}

/** Also as they stand in JSON, where a slash may be escaped. */
const URL_IN_TEXT = /[a-z][a-z0-9+.-]*:(?:\\?\/){2}(?:[^\s"'<>\\]|\\\/)+/gi;
/** Without one of these a URL holds neither userinfo nor query nor fragment nor reference: there is nothing to mask. */
const MASKABLE = /[@?#$\\]/;

/** A URL that no target of ours is behind, as it may be stored (invariant I8); a display URL comes back as it is. */
export function storableUrlOf(url: string): string {
  return MASKABLE.test(url) ? displayUrlOf({ url, maskedQueryNames: [] }) : url;
}

/** The text with every URL in it as it may be stored. */
export function maskUrlsIn(text: string): string {
  if (!text.includes(':')) return text;
  return text.replace(URL_IN_TEXT, storableUrlOf);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
