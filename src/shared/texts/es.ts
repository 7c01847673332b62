import type { Texts } from './en';
import { esWords } from './es-words';

/** Written, not translated. */
export const es: Texts = {
  ...esWords,

  board: {
    title: 'TABLERO DE CONTROL - CALIDAD DE SERVICIO (QoS)',
    windowsProcessed: 'Ventanas procesadas',
    targets: 'objetivos',
    address: 'Interfaz',
    probesPerSecond: 'mediciones/s',
    watermark: 'marca de agua',
    currentState: 'ESTADO ACTUAL',
    lastWindows: 'ÚLTIMAS VENTANAS',
    alarms: 'ALARMAS',
    state: 'Estado',
    target: 'Objetivo',
    latency: 'Latencia',
    errorsLastMinute: 'Errores en el último minuto',
    since: 'Desde',
    lastFailure: 'Último fallo',
    provisional: '* aún sin cerrar: provisional',
    remote: 'remoto',
    noTargets: 'Todavía no hay objetivos: añada uno con --url o en targets.json.',
    noWindows: 'Esperando la primera ventana: la abre la primera medición.',
    more: (count) => `… y ${count} más`,
    moreTargets: (count) => `… y ${count} ${count === 1 ? 'objetivo' : 'objetivos'} más`,
    waitingInMemory: (count, size) =>
      `no se puede escribir el registro: ${count} ${count === 1 ? 'medición espera' : 'mediciones esperan'} en memoria (${size})`,
    notRecorded: (count) =>
      count === 1 ? '1 medición no se pudo registrar' : `${count} mediciones no se pudieron registrar`,
    workerRestarts: (count) => `hilos de medición reiniciados: ${count}`,
    workerDown: (index) => `el hilo de medición ${index} está caído`,
    readFailed: (reason) => `no se pudo leer el tablero: ${reason}`,
    timeout: 'tiempo agotado',
    noCause: 'fallo',
  },

  stages: {
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

  headless: {
    listening: (address) => `UpTimer listening on ${address}`,
    noTargets:
      'Aún no hay objetivos: añada --url https://… o --demo, o edite targets.json en la carpeta de datos.',
    stopping: 'Deteniendo: se escribe lo medido …',
    stopped: 'Detenido; todo lo medido está en el lago.',
    stoppedLater:
      'Detenido; el lago no pudo recibirlo todo ahora: el registro lo guarda y el próximo arranque lo escribe en el lago.',
    stoppedLost: (count: number) =>
      `Detenido; ${count === 1 ? 'no se pudo registrar 1 medición' : `no se pudieron registrar ${count} mediciones`}: no se puede escribir el registro.`,
    resetAsk: (folder, word) =>
      `Esto borra para siempre el registro, el lago y los puntos de control de ${folder}; los objetivos y los ajustes se quedan. Escriba «${word}» para seguir: `,
    resetDone: (folder) => `Borrado: ${folder} empieza de nuevo.`,
    resetAborted: 'No se borró nada.',
    resetNeedsYes: 'Aquí no hay a quién preguntar: añada --yes para borrar sin preguntar. No se borró nada.',
    restarted: (stage) => `Reiniciado: ${stage}`,
    notRunning: (folder) => `Ningún UpTimer trabaja en ${folder}: inicie uno primero.`,
  },

  folder: {
    notAFolder: (path, option) => `${path} no es una carpeta: elija otra con ${option}.`,
    notAllowed: (path, option) =>
      `No se puede escribir en ${path}, lo impiden sus permisos: cámbielos o elija otra carpeta con ${option}.`,
    readOnly: (path, option) =>
      `No se puede escribir en ${path}, su disco es de solo lectura: elija otra carpeta con ${option}.`,
    full: (path) =>
      `No se puede escribir en ${path}, su disco está lleno: libere espacio y vuelva a arrancar.`,
    unusable: (path, reason, option) =>
      `No se puede escribir en ${path} (${reason}): elija otra carpeta con ${option}.`,
    inUse: (path, pid, option) =>
      `Otro UpTimer (proceso ${pid}) usa ${path}: deténgalo o elija otra carpeta con ${option}.`,
    inUseUnknown: (path, option) => `Otro UpTimer usa ${path}: deténgalo o elija otra carpeta con ${option}.`,
  },

  cli: {
    about: 'UpTimer: disponibilidad y calidad de servicio de direcciones, medidas desde aquí.',
    optionsTitle: 'Opciones',
    optionsWord: 'opciones',
    withBoard: 'mide, con el tablero en la terminal',
    headless: 'mide, sin el tablero',
    resetCommand: 'borra todo lo medido',
    restartCommand: 'reinicia una parte del UpTimer en marcha',
    durations: 'Duraciones: 250ms, 10s, 5m, 1h; un número solo son segundos.',
    environment: 'API_URL en el entorno cuenta como --url; varias se separan con espacios o comas.',
    exitCodes: 'Códigos de salida: 0 hecho, 1 fallo, 2 opción equivocada, o carpeta o puerto en uso.',
    options: {
      data: 'guarda targets.json, settings.json y event-log/; un solo proceso a la vez',
      lake: 'el lago (por defecto: DATA/datalake)',
      port: 'puerto de la interfaz en 127.0.0.1; 0 = cualquiera libre (por defecto)',
      url: 'un objetivo para esta ejecución; se puede repetir',
      interval: 'intervalo de los objetivos de --url (por defecto 1s)',
      window: 'duración de una ventana; debe dividir una hora (por defecto 60s)',
      watermark: 'cuánto desorden se admite en los eventos (por defecto 60s)',
      flush: 'cada cuánto se escribe Parquet (por defecto 10s)',
      terminal: 'mostrar el tablero, renovado cada 5 s',
      demo: 'arrancar un servicio local de demostración y vigilarlo',
      duration: 'parar limpiamente pasado ese tiempo',
      lang: 'idioma de la terminal y los mensajes (por defecto: el del entorno)',
      'log-level': 'registros estructurados en stderr (por defecto warn)',
      log: 'una línea por medición y etapa',
      'ack-fd': 'para pruebas y supervisores: descriptor que recibe cada probe_id,seq confirmado',
      'seal-rows': 'para pruebas: filas tras las que se cierra un archivo en bruto',
      yes: 'con reset: no preguntar',
      help: 'esta página',
      version: 'la versión',
    },
    unknownOption: (option) => `${option}: no existe esa opción.`,
    unknownCommand: (word) => `«${word}»: no existe esa orden.`,
    didYouMean: (option) => `¿Quería decir ${option}?`,
    allowed: (list) => `Se admiten: ${list}. --help las explica.`,
    notHere: (option, command) => `${option}: no es una opción de «${command}».`,
    valueMissing: (option, form) => `${option}: falta un valor, como en ${option} ${form}.`,
    noValue: (option) => `${option}: no lleva valor.`,
    stageWrong: (list) => `restart: necesita una etapa, que es una de ${list}.`,
    tooMany: (word) => `«${word}»: sobra esta palabra.`,
    urlNeedsOption: (url) => `«${url}»: una dirección se da como --url ${url}.`,
    wrongValue: (option, value, reason) => `${option} ${value}: ${reason}.`,
    reasons: {
      empty: 'no puede quedar vacío',
      duration: 'debe ser un número con su unidad, como 250ms, 30s, 5m o 1h; un número solo son segundos',
      atLeast: (least) => `como mínimo ${least}`,
      atMost: (most) => `como máximo ${most}`,
      dividesHour: 'debe dividir una hora exactamente, como 10s, 60s o 5m',
      url: 'debe ser una URL http:// o https://, como https://example.org/health',
      whole: (least, most) => `debe ser un número entero de ${least} a ${most}`,
      oneOf: (list) => `debe ser uno de ${list}`,
      someOf: (list) => `debe ser uno o varios de ${list}, separados por comas`,
    },
  },
};
