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
    noTargetsOf: {
      all: 'Todavía no hay objetivos: añada uno con --url o en targets.json.',
      prober: 'Todavía no hay objetivos: añada uno con --url o en targets.json.',
      aggregator:
        'Todavía no hay objetivos: se añaden en un medidor y aparecen aquí con sus primeros eventos.',
    },
    noWindowsOf: {
      all: 'Esperando la primera ventana: la abre la primera medición.',
      prober: 'Las ventanas las hacen los agregadores: este proceso solo mide.',
      aggregator: 'Esperando la primera ventana: la abre el primer evento.',
    },
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
    kafka: {
      states: { connecting: 'conectando', connected: 'conectado', failed: 'sin conexión' },
      since: (age) => `desde hace ${age}`,
      lag: (count) => `retraso: ${count}`,
      backlog: (count, age) =>
        age === null ? `por enviar: ${count}` : `por enviar: ${count}, la más antigua ${age}`,
      quarantine: (count) => `apartados: ${count}`,
      lost: (count) => `perdidos: ${count}`,
      switching: (toKafka, here, atBroker) =>
        `cambio ${toKafka ? 'a Kafka' : 'al registro integrado'}: ${here} esperan aquí, ${atBroker === null ? 'las del broker no se pueden contar' : `${atBroker} en el broker`}`,
    },
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
    stoppedShipped: 'Detenido; todo lo medido está en el topic.',
    stoppedUnshipped: (count: number) =>
      `Detenido; ${count} ${count === 1 ? 'evento espera' : 'eventos esperan'} aquí al broker: el próximo inicio los envía.`,
    stoppedLost: (count: number) =>
      `Detenido; ${count === 1 ? 'no se pudo registrar 1 medición' : `no se pudieron registrar ${count} mediciones`}: no se puede escribir el registro.`,
    resetAsk: (folder, word) =>
      `Esto borra para siempre el registro de ${folder}, todo el lago que llena, también lo que otros procesos escribieron en él, y con Kafka los registros del topic; los objetivos y los ajustes se quedan. Escriba «${word}» para seguir: `,
    resetDone: (folder) => `Borrado: ${folder} empieza de nuevo.`,
    resetAborted: 'No se borró nada.',
    resetNeedsYes: 'Aquí no hay a quién preguntar: añada --yes para borrar sin preguntar. No se borró nada.',
    restarted: (stage) => `Reiniciado: ${stage}`,
    stageLacking: (folder, stage) =>
      `El UpTimer de ${folder} no tiene ${stage}: es un simple ${stage === 'prober' ? 'aggregator' : 'prober'}. Reinícielo donde trabaja.`,
    notRunning: (folder) => `Ningún UpTimer trabaja en ${folder}: inicie uno primero.`,
    repartition: {
      about: (folder, from, to) =>
        `El lago de ${folder} cuenta con ${from} ${from === 1 ? 'partición' : 'particiones'} y contará con ${to}:`,
      size: (probes, windows, files, megabytes) =>
        `se escriben de nuevo ${probes} ${probes === '1' ? 'medición' : 'mediciones'} y ${windows} ${windows === '1' ? 'ventana' : 'ventanas'} en ${files} ${files === '1' ? 'archivo' : 'archivos'} (${megabytes} MB). Mientras tanto hace falta otro tanto de espacio libre.`,
      ofTopic: (topic, group) =>
        `Todo el topic ${topic} está en él. El número nuevo se le dice al grupo ${group}: si los agregadores tienen otro, indíquelo con --group.`,
      ask: 'Escriba «repartition» para seguir: ',
      needsYes: 'Aquí no hay a quién preguntar: añada --yes para seguir sin preguntar. No se cambió nada.',
      aborted: 'No se cambió nada.',
      writing: (done, of, percent) => `escribiendo: ${done} de ${of} filas (${percent} %)`,
      swapping: (percent) => `poniendo en su sitio: ${percent} %`,
      done: (from, to) => `Hecho: el lago tenía ${from} y tiene ${to} particiones.`,
      restartProbers:
        'Inicie los agregadores, y de nuevo cada medidor: uno en marcha sigue contando como antes.',
      aggregatorsFirst:
        'No se pudo decir al grupo el número nuevo: inicie primero los agregadores y, cuando estén en marcha, los medidores.',
      noLake: (folder) => `No hay ningún lago en ${folder}: indique su carpeta con --lake.`,
      same: (count) => `--partitions ${count}: el lago ya tiene ese número. No se cambió nada.`,
      lakeInUse: (folder, process) =>
        `El lago de ${folder} lo usa otro UpTimer (proceso ${process}), o lo usó en los últimos dos minutos: deténgalo, espere e inténtelo de nuevo.`,
      groupInUse: (group, members) =>
        `El grupo ${group} tiene ${members} ${members === 1 ? 'agregador' : 'agregadores'} en marcha: deténgalos todos e inténtelo de nuevo.`,
      topicTooSmall: (topic, has, to) =>
        `El topic ${topic} tiene ${has} ${has === 1 ? 'partición' : 'particiones'}, menos de ${to}: añada antes particiones al topic, o pida ${has} como mucho.`,
      notRead: (topic, partition, left) =>
        `Faltan en el lago ${left} registros de la partición ${partition} del topic ${topic}: detenga los medidores, deje que los agregadores lean hasta el final, deténgalos e inténtelo de nuevo.`,
      otherTopic: (topic, partition) =>
        `La partición ${partition} del topic ${topic} termina antes de donde el lago ha leído: el topic se creó de nuevo. Deje trabajar una vez a un agregador, deténgalo e inténtelo de nuevo.`,
      needsKafka: (topic) =>
        `El lago se llenó desde Kafka (${topic}) y hay que ver si todo está en él: indique los brokers con --kafka HOST:PORT, o con --data DIR la carpeta de un agregador cuyos ajustes los nombren.`,
      severalTopics: (topics) =>
        `El lago se llenó de varios topics (${topics}): diga con --topic cuál está en uso.`,
      notItsTopic: (topic, topics) =>
        `El lago se llenó de ${topics}, no del topic ${topic} que indican --topic o los ajustes: indique el del lago con --topic.`,
      otherCluster: (topic) =>
        `El lago se llenó desde otro clúster de Kafka que el de este topic ${topic}: indique los brokers de aquel con --kafka HOST:PORT; si el clúster se creó de nuevo, deje antes que un agregador lea de él y deténgalo.`,
      checkpointLost: (partition) =>
        `El punto de control de la partición ${partition} se perdió: inicie UpTimer una vez en este lago, deténgalo e inténtelo de nuevo.`,
      unevenLog:
        'El último UpTimer no terminó por sí mismo y su registro no está en el lago por igual: inícielo una vez, deténgalo e inténtelo de nuevo.',
      lengthsDiffer:
        'Las particiones de este lago cambiaron la duración de sus ventanas en instantes distintos: no se pueden unir. No se cambió nada.',
    },
  },

  desktop: {
    alreadyOpen: 'UpTimer ya está abierto: su ventana se trajo al frente; las opciones de ahora no cuentan.',
    file: 'Archivo',
    edit: 'Edición',
    view: 'Ver',
    window: 'Ventana',
    about: 'Acerca de UpTimer',
    hide: 'Ocultar UpTimer',
    hideOthers: 'Ocultar otros',
    unhide: 'Mostrar todo',
    quit: 'Salir de UpTimer',
    undo: 'Deshacer',
    redo: 'Rehacer',
    cut: 'Cortar',
    copy: 'Copiar',
    paste: 'Pegar',
    selectAll: 'Seleccionar todo',
    reload: 'Recargar',
    toggleDevTools: 'Herramientas de desarrollo',
    resetZoom: 'Tamaño real',
    zoomIn: 'Acercar',
    zoomOut: 'Alejar',
    togglefullscreen: 'Pantalla completa',
    minimize: 'Minimizar',
    close: 'Cerrar ventana',
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
    repartitionCommand: 'cambia cuántas particiones tiene un lago, mientras nada lo usa',
    repartitionKafka: 'lo mismo, si el lago vino de Kafka y los ajustes de --data no dan sus brokers',
    durations: 'Duraciones: 250ms, 10s, 5m, 1h; un número solo son segundos.',
    environment: 'API_URL en el entorno cuenta como --url; varias se separan con espacios o comas.',
    exitCodes: 'Códigos de salida: 0 hecho, 1 fallo, 2 opción equivocada, o carpeta o puerto en uso.',
    options: {
      data: 'de un proceso: targets.json, settings.json, event-log/ (si no, carpeta de UpTimer)',
      lake: 'el lago (por defecto: DATA/datalake)',
      port: 'puerto de la interfaz en 127.0.0.1; 0 = cualquiera libre (por defecto)',
      url: 'un objetivo para esta ejecución; se puede repetir',
      interval: 'intervalo de los objetivos de --url (por defecto 1s)',
      window: 'duración de una ventana; debe dividir una hora (por defecto 60s)',
      watermark: 'cuánto desorden se admite en los eventos (por defecto 60s)',
      flush: 'cada cuánto se escribe Parquet (por defecto 10s)',
      kafka: 'Apache Kafka es el registro de esta ejecución; varios brokers, con comas',
      role: 'prober solo mide, aggregator solo llena el lago: ambos necesitan Kafka (all)',
      'probe-id': 'nombre de un medidor nuevo (si no, el del equipo); un registro guarda el suyo',
      topic: 'de los eventos; se crea si falta (probe-events.v1; con repartition: el del lago)',
      group: 'de los agregadores de un lago, también para repartition (por defecto uptimer)',
      partitions: 'de un topic o lago que se cree (6); con repartition: el nuevo número',
      replication: 'copias de cada partición de un topic que se cree (por defecto 1)',
      'client-id': 'cómo llaman los brokers a este programa (por defecto uptimer)',
      'kafka-config': `TLS, SASL … como la parte kafka de settings.json; contraseñas como \${env:NAME}`,
      terminal: 'mostrar el tablero, renovado cada 5 s',
      demo: 'arrancar un servicio local de demostración y vigilarlo',
      duration: 'parar limpiamente pasado ese tiempo',
      lang: 'idioma de la terminal y los mensajes (por defecto: el del entorno)',
      'log-level': 'registros estructurados en stderr (por defecto warn)',
      log: 'una línea por medición y etapa',
      'ack-fd': 'para pruebas y supervisores: descriptor que recibe cada probe_id,seq confirmado',
      'seal-rows': 'para pruebas: filas tras las que se cierra un archivo en bruto',
      yes: 'con reset y repartition: no preguntar',
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
    wrongField: (option, file, field, reason) => `${option} ${file}: ${field}: ${reason}.`,
    fieldReasons: {
      unknown: (list) => `no existe ese campo; se admiten ${list}`,
      secret: `una contraseña nunca va en un archivo: escriba \${env:NAME} y defina esa variable de entorno`,
      pair: 'un certificado de cliente necesita cert y key',
      text: 'debe ser un texto no vacío',
      missing: 'falta',
      form: 'tiene una forma incorrecta',
    },
    roleNeedsKafka: (role) =>
      `--role ${role}: necesita Kafka: añada --kafka HOST:PORT, o elija Kafka en los ajustes; sin él solo hay "all".`,
    roleProbesNothing: (option) =>
      `--role aggregator: no mide nada, así que ${option} no tiene sentido: quite uno de los dos.`,
    otherProbeName: (name, probeId, folder) =>
      `--probe-id ${name}: el registro de eventos en ${folder} es ${probeId} y conserva ese nombre: quite --probe-id, o dé a un medidor nuevo su propio --data.`,
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
      broker: 'debe ser HOST:PORT, como localhost:9092; varios se separan con comas',
      kafkaName: 'debe tener de 1 a 249 letras, cifras, ".", "_" o "-", y no ser "." ni ".."',
      probeName:
        'debe tener letras y cifras con un solo "-" entre ellas, 40 caracteres como máximo, como oficina-2',
      fileMissing: 'no existe ese archivo',
      fileUnreadable: 'el archivo no se puede leer: revise qué es y quién puede leerlo',
      notJson: 'el archivo no es JSON',
      fileShape: 'el archivo debe contener un solo objeto JSON entre llaves',
    },
  },
};
