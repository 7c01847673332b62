/** The words of `--log`: one line per probe and stage. */
export interface StageTexts {
  sent: (status: number, latency: string) => string;
  error: (words: string) => string;
  missed: (count: number, words: string) => string;
  attempt: (attempt: number) => string;
  logged: (first: number, last: number, ms: string) => string;
  window: (end: string, pings: number, errors: number, uptime: string, average: string) => string;
  provisional: string;
  flushed: (rows: number, windows: number, ms: string) => string;
  merged: (files: number, rows: number, ms: string) => string;
  came: (topics: string, subscribers: number) => string;
  went: (subscribers: number) => string;
  call: (name: string, result: string, ms: string) => string;
}

export const stageTexts: { en: StageTexts; es: StageTexts } = {
  en: {
    sent: (status, latency) => `Sent: ${status} - ${latency}`,
    error: (words) => `Error: ${words}`,
    missed: (count, words) => `Not measured: ${count} - ${words}`,
    attempt: (attempt) => ` (attempt ${attempt})`,
    logged: (first, last, ms) => `acknowledged: seq ${first}-${last}, ${ms} ms`,
    window: (end, pings, errors, uptime, average) =>
      `window ${end}: ${pings} pings, ${errors} errors, uptime ${uptime} %, average ${average} ms`,
    provisional: ' (provisional)',
    flushed: (rows, windows, ms) => `flush: ${rows} rows, ${windows} windows, ${ms} ms`,
    merged: (files, rows, ms) => `merge: ${files} files, ${rows} rows, ${ms} ms`,
    came: (topics, subscribers) => `subscriber came: ${topics} (${subscribers} now)`,
    went: (subscribers) => `subscriber went (${subscribers} now)`,
    call: (name, result, ms) => `command ${name}: ${result}, ${ms} ms`,
  },
  es: {
    sent: (status, latency) => `Enviado: ${status} - ${latency}`,
    error: (words) => `Error: ${words}`,
    missed: (count, words) => `No medido: ${count} - ${words}`,
    attempt: (attempt) => ` (intento ${attempt})`,
    logged: (first, last, ms) => `confirmado: seq ${first}-${last}, ${ms} ms`,
    window: (end, pings, errors, uptime, average) =>
      `ventana ${end}: ${pings} pings, ${errors} errores, uptime ${uptime} %, media ${average} ms`,
    provisional: ' (provisional)',
    flushed: (rows, windows, ms) => `volcado: ${rows} filas, ${windows} ventanas, ${ms} ms`,
    merged: (files, rows, ms) => `fusión: ${files} archivos, ${rows} filas, ${ms} ms`,
    came: (topics, subscribers) => `suscriptor conectado: ${topics} (ahora ${subscribers})`,
    went: (subscribers) => `suscriptor desconectado (ahora ${subscribers})`,
    call: (name, result, ms) => `comando ${name}: ${result}, ${ms} ms`,
  },
};
