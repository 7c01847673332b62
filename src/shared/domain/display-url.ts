import { parseHttpUrl, type Target } from './target';

const MASK = '***';
/** Parts of query names that give a secret away, whatever stands around them. */
const SECRET_NAME = /(key|token|secret|passw|pwd|sig|auth|credential|session|jwt|bearer|code$)/i;

/**
 * What may be stored and shown of a URL (invariant I8): no userinfo, no fragment, and `***` for the values of secret-looking
 * query names, of the target's own masked names, and of every `${env:NAME}`.
 */
export function displayUrlOf(target: Pick<Target, 'url' | 'maskedQueryNames'>): string {
  const masked = target.url.replace(/\$\{env:[A-Za-z_][A-Za-z0-9_]*\}/g, 'uptimer-masked-value');
  const url = parseHttpUrl(masked);
  if (url === null) return MASK;
  const own = new Set(target.maskedQueryNames.map((name) => name.toLowerCase()));
  const pairs = [...url.searchParams].map(([name, value]) => {
    const hidden = SECRET_NAME.test(name) || own.has(name.toLowerCase());
    return `${encodeURIComponent(name)}=${hidden ? MASK : encodeURIComponent(value)}`;
  });
  const query = pairs.length === 0 ? '' : `?${pairs.join('&')}`;
  return `${url.protocol}//${url.host}${url.pathname}${query}`.replaceAll('uptimer-masked-value', MASK);
}
