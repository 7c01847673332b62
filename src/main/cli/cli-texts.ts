/** Every word of the command line. Option names are the same in every language. */
export interface CliTexts {
  help: string;
  unknownOption: (option: string, nearest: string | null) => string;
  unknownCommand: (word: string) => string;
  needsValue: (option: string) => string;
  badDuration: (option: string, value: string) => string;
  badValue: (option: string, reason: string) => string;
  badUrl: (value: string) => string;
  badStage: (value: string, allowed: string) => string;
  badChoice: (option: string, value: string, allowed: string) => string;
  outOfRange: (option: string, from: string, to: string) => string;
  windowDivides: string;
  seeHelp: string;
  listening: (url: string) => string;
  noInterface: string;
  stopping: string;
  stopped: string;
  resetAsk: (directory: string, word: string) => string;
  resetDone: (directory: string) => string;
  resetAborted: string;
  resetNeedsYes: string;
  restarted: (stage: string) => string;
  notRunning: (directory: string) => string;
  noTargets: string;
}

const OPTIONS = `  --data DIR         holds targets.json, settings.json and event-log/
  --lake DIR         the lake (DATA/datalake)
  --port N           0 = any free port
  --url URL          a target for this run; repeatable; also API_URL
  --interval 1s      of --url targets, at least 200ms
  --window 60s  --watermark 60s  --flush 10s
  --terminal
  --demo
  --duration 75s
  --lang es|en
  --log-level silent|error|warn|info|debug
  --log prober,log,windows,lake,ui
  --ack-fd N         writes each acknowledged probe_id,seq to that descriptor
  --seal-rows N      rows after which a raw tail is sealed
  --help  --version`;

export const cliTexts: { en: CliTexts; es: CliTexts } = {
  en: {
    help: `UpTimer: uptime and quality of service of URLs, measured from here.

  npm start -- [options]          the engine with the board in the terminal
  npm run headless -- [options]   the engine without the board
  npm run reset -- --data DIR     clears everything measured (--yes without asking)
  npm run headless -- restart prober|log|windows|lake --data DIR

${OPTIONS}

Durations: 250ms, 10s, 5m, 1h.`,
    unknownOption: (option, nearest) =>
      `There is no option ${option}${nearest === null ? '' : `; did you mean ${nearest}?`}`,
    unknownCommand: (word) => `There is no command "${word}"; there are reset and restart`,
    needsValue: (option) => `${option} needs a value`,
    badDuration: (option, value) => `${option}: "${value}" is no duration; write 250ms, 10s, 5m or 1h`,
    badValue: (option, reason) => `${option}: ${reason}`,
    badUrl: (value) => `--url: "${value}" is no http:// or https:// URL, such as https://example.org/health`,
    badStage: (value, allowed) => `"${value}" is no stage that can be restarted; there are ${allowed}`,
    badChoice: (option, value, allowed) => `${option}: "${value}" is not allowed; choose from ${allowed}`,
    outOfRange: (option, from, to) => `${option}: from ${from} to ${to}`,
    windowDivides: '--window: it must divide one hour evenly, such as 10s, 1m or 5m, from 5s to 1h',
    seeHelp: 'See --help for what is allowed.',
    listening: (url) => `UpTimer listening on ${url}`,
    noInterface: 'The board is in the terminal (--terminal); the address offers the API.',
    stopping: 'Stopping: writing what is measured …',
    stopped: 'Stopped; everything measured is in the lake.',
    resetAsk: (directory, word) =>
      `This clears log, lake and checkpoints of ${directory}. It cannot be undone. Type "${word}" to go on: `,
    resetDone: (directory) => `Cleared: ${directory} starts anew.`,
    resetAborted: 'Nothing was cleared.',
    resetNeedsYes: 'There is nobody to ask here: add --yes to clear without asking. Nothing was cleared.',
    restarted: (stage) => `Restarted: ${stage}`,
    notRunning: (directory) => `No UpTimer runs on ${directory}; start one first`,
    noTargets: 'No targets yet: add --url https://… or --demo, or edit targets.json in the data folder.',
  },
  es: {
    help: `UpTimer: disponibilidad y calidad de servicio de direcciones, medidas desde aquí.

  npm start -- [opciones]          el motor con el tablero en la terminal
  npm run headless -- [opciones]   el motor sin el tablero
  npm run reset -- --data DIR      borra todo lo medido (--yes: sin preguntar)
  npm run headless -- restart prober|log|windows|lake --data DIR

${OPTIONS}

Duraciones: 250ms, 10s, 5m, 1h.`,
    unknownOption: (option, nearest) =>
      `No existe la opción ${option}${nearest === null ? '' : `; ¿quiso decir ${nearest}?`}`,
    unknownCommand: (word) => `No existe la orden «${word}»; hay reset y restart`,
    needsValue: (option) => `${option} necesita un valor`,
    badDuration: (option, value) => `${option}: «${value}» no es una duración; escriba 250ms, 10s, 5m o 1h`,
    badValue: (option, reason) => `${option}: ${reason}`,
    badUrl: (value) =>
      `--url: «${value}» no es una dirección http:// o https://, como https://example.org/salud`,
    badStage: (value, allowed) => `«${value}» no es una etapa que se pueda reiniciar; hay ${allowed}`,
    badChoice: (option, value, allowed) => `${option}: «${value}» no vale; elija entre ${allowed}`,
    outOfRange: (option, from, to) => `${option}: de ${from} a ${to}`,
    windowDivides: '--window: debe dividir una hora exactamente, como 10s, 1m o 5m, de 5s a 1h',
    seeHelp: 'Vea --help para lo permitido.',
    listening: (url) => `UpTimer listening on ${url}`,
    noInterface: 'El tablero está en la terminal (--terminal); la dirección ofrece la API.',
    stopping: 'Deteniendo: se escribe lo medido …',
    stopped: 'Detenido; todo lo medido está en el lago.',
    resetAsk: (directory, word) =>
      `Esto borra registro, lago y puntos de control de ${directory}. No se puede deshacer. Escriba «${word}» para seguir: `,
    resetDone: (directory) => `Borrado: ${directory} empieza de nuevo.`,
    resetAborted: 'No se borró nada.',
    resetNeedsYes: 'Aquí no hay a quién preguntar: añada --yes para borrar sin preguntar. No se borró nada.',
    restarted: (stage) => `Reiniciado: ${stage}`,
    notRunning: (directory) => `Ningún UpTimer trabaja en ${directory}; inicie uno primero`,
    noTargets:
      'Aún no hay objetivos: añada --url https://… o --demo, o edite targets.json en la carpeta de datos.',
  },
};

/** From `--lang`, else from the environment as POSIX orders it. */
export function languageOf(chosen: string | undefined, env: NodeJS.ProcessEnv): 'en' | 'es' {
  const locale = chosen ?? env.LC_ALL ?? env.LC_MESSAGES ?? env.LANG ?? '';
  return locale.toLowerCase().startsWith('es') ? 'es' : 'en';
}
