/** What stands at `/` when this build has no web interface. It promises nothing that is not there. */
const pages = {
  en: [
    'UpTimer is running.',
    '',
    'This address offers its API and its push stream; the web interface is not part of this build.',
    '',
    '  POST /api/<command>            one command, its input as JSON, for example:',
    '                                 POST /api/state.current  {}',
    '  GET  /api/push?topics=a,b      changes as they come, as server-sent events',
    '  GET  /api/exports/<id>         the file of a finished export',
    '  GET  /healthz                  204 while the engine is well (needs no token)',
    '',
    'Programs send the token of the printed address as "Authorization: Bearer <token>".',
    'The board in the terminal: start with --terminal.',
    '',
  ],
  es: [
    'UpTimer está en marcha.',
    '',
    'Esta dirección ofrece su API y su flujo de cambios; la interfaz web no forma parte de esta compilación.',
    '',
    '  POST /api/<comando>            un comando, con su entrada en JSON, por ejemplo:',
    '                                 POST /api/state.current  {}',
    '  GET  /api/push?topics=a,b      los cambios según llegan, como server-sent events',
    '  GET  /api/exports/<id>         el archivo de una exportación terminada',
    '  GET  /healthz                  204 mientras el motor está bien (no necesita token)',
    '',
    'Los programas envían el token de la dirección impresa como "Authorization: Bearer <token>".',
    'El tablero en el terminal: arrancar con --terminal.',
    '',
  ],
} as const;

/** @param acceptLanguage the header as sent; the language named first, by weight, that there is a page in */
export function landingPage(acceptLanguage: string | undefined): string {
  const wanted = (acceptLanguage ?? '')
    .split(',')
    .map((part) => {
      const [tag = '', ...parameters] = part.trim().toLowerCase().split(';');
      const weight = parameters.map((parameter) => /^\s*q=([\d.]+)$/.exec(parameter)?.[1]).find(Boolean);
      return { language: tag.split('-')[0] ?? '', weight: weight === undefined ? 1 : Number(weight) };
    })
    .sort((a, b) => b.weight - a.weight)
    .find(({ language, weight }) => weight > 0 && language in pages);
  return pages[wanted?.language === 'es' ? 'es' : 'en'].join('\n');
}
