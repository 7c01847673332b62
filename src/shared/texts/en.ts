import { enWords } from './en-words';

/**
 * Every text that the engine's side shows a person: terminal, command line, start and stop. This file is the type:
 * another language does not compile until it has the same keys and parameters.
 */
export const en = {
  ...enWords,

  /** The board in the terminal. The lake's column names are not words: they are the same in every language. */
  board: {
    title: 'UpTimer · quality of service (QoS)',
    windowsProcessed: 'Windows processed',
    targets: 'targets',
    address: 'Interface',
    probesPerSecond: 'probes/s',
    watermark: 'watermark',
    currentState: 'CURRENT STATE',
    lastWindows: 'LAST WINDOWS',
    alarms: 'ALARMS',
    state: 'State',
    target: 'Target',
    latency: 'Latency',
    errorsLastMinute: 'Errors in the last minute',
    since: 'Since',
    lastFailure: 'Last failure',
    provisional: '* not closed yet: provisional',
    remote: 'remote',
    noTargetsOf: {
      all: 'No targets yet: add one with --url, or in targets.json.',
      prober: 'No targets yet: add one with --url, or in targets.json.',
      aggregator: 'No targets yet: they are added at a prober, and appear here with their first events.',
    },
    noWindowsOf: {
      all: 'Waiting for the first window: the first probe opens one.',
      prober: 'The aggregators make the windows: this process only measures.',
      aggregator: 'Waiting for the first window: the first event opens one.',
    },
    more: (count: number) => `… ${count} more`,
    moreTargets: (count: number) => `… ${count} more ${count === 1 ? 'target' : 'targets'}`,
    waitingInMemory: (count: number, size: string) =>
      `the log cannot be written: ${count} ${count === 1 ? 'probe waits' : 'probes wait'} in memory (${size})`,
    notRecorded: (count: number) => `${count} ${count === 1 ? 'probe' : 'probes'} could not be recorded`,
    workerRestarts: (count: number) => `prober workers restarted: ${count}`,
    workerDown: (index: number) => `prober worker ${index} is down`,
    readFailed: (reason: string) => `the board could not be read: ${reason}`,
    timeout: 'timeout',
    noCause: 'failed',
    kafka: {
      states: { connecting: 'connecting', connected: 'connected', failed: 'not connected' },
      since: (age: string) => `for ${age}`,
      lag: (count: number) => `lag ${count}`,
      backlog: (count: number, age: string | null) =>
        age === null ? `to ship: ${count}` : `to ship: ${count}, oldest ${age}`,
      quarantine: (count: number) => `set aside: ${count}`,
      lost: (count: number) => `lost: ${count}`,
      switching: (toKafka: boolean, here: number, atBroker: number | null) =>
        `switching to ${toKafka ? 'Kafka' : 'the embedded log'}: ${here} wait here, ${atBroker === null ? 'those at the broker cannot be counted' : `${atBroker} at the broker`}`,
    },
  },

  /** `--log`: one line per probe and stage. */
  stages: {
    sent: (status: number, latency: string) => `Sent: ${status} - ${latency}`,
    error: (words: string) => `Error: ${words}`,
    missed: (count: number, words: string) => `Not measured: ${count} - ${words}`,
    attempt: (attempt: number) => ` (attempt ${attempt})`,
    logged: (first: number, last: number, ms: string) => `acknowledged: seq ${first}-${last}, ${ms} ms`,
    window: (end: string, pings: number, errors: number, uptime: string, average: string) =>
      `window ${end}: ${pings} pings, ${errors} errors, uptime ${uptime} %, average ${average} ms`,
    provisional: ' (provisional)',
    flushed: (rows: number, windows: number, ms: string) =>
      `flush: ${rows} rows, ${windows} windows, ${ms} ms`,
    merged: (files: number, rows: number, ms: string) => `merge: ${files} files, ${rows} rows, ${ms} ms`,
    came: (topics: string, subscribers: number) => `subscriber came: ${topics} (${subscribers} now)`,
    went: (subscribers: number) => `subscriber went (${subscribers} now)`,
    call: (name: string, result: string, ms: string) => `command ${name}: ${result}, ${ms} ms`,
  },

  /** What headless says when it starts, stops and has done. The "listening on" line is the same in every language: it is parsed. */
  headless: {
    listening: (address: string) => `UpTimer listening on ${address}`,
    noTargets: 'No targets yet: add --url https://… or --demo, or edit targets.json in the data folder.',
    stopping: 'Stopping: writing what is measured …',
    stopped: 'Stopped; everything measured is in the lake.',
    stoppedLater:
      'Stopped; the lake could not take everything now: the log keeps it, and the next start writes it to the lake.',
    stoppedShipped: 'Stopped; everything measured is in the topic.',
    stoppedUnshipped: (count: number) =>
      `Stopped; ${count} ${count === 1 ? 'event waits' : 'events wait'} here for the broker: the next start ships them.`,
    stoppedLost: (count: number) =>
      `Stopped; ${count} ${count === 1 ? 'probe' : 'probes'} could not be recorded, because the log cannot be written.`,
    resetAsk: (folder: string, word: string) =>
      `This clears for good the log of ${folder}, the whole lake that it fills, also what other processes wrote there, and with Kafka the records of the topic; targets and settings stay. Type "${word}" to go on: `,
    resetDone: (folder: string) => `Cleared: ${folder} starts anew.`,
    resetAborted: 'Nothing was cleared.',
    resetNeedsYes: 'There is nobody to ask here: add --yes to clear without asking. Nothing was cleared.',
    restarted: (stage: string) => `Restarted: ${stage}`,
    stageLacking: (folder: string, stage: string) =>
      `The UpTimer on ${folder} has no ${stage}: it is a mere ${stage === 'prober' ? 'aggregator' : 'prober'}. Restart it where it runs.`,
    notRunning: (folder: string) => `No UpTimer runs on ${folder}: start one first.`,
    repartition: {
      about: (folder: string, from: number, to: number) =>
        `The lake in ${folder} counts on ${from} ${from === 1 ? 'partition' : 'partitions'}, and will on ${to}:`,
      /** Counts as the language writes them. */
      size: (probes: string, windows: string, files: string, megabytes: string) =>
        `${probes} ${probes === '1' ? 'probe' : 'probes'} and ${windows} ${windows === '1' ? 'window' : 'windows'} in ${files} ${files === '1' ? 'file' : 'files'} (${megabytes} MB) are written anew. As much free space is needed meanwhile.`,
      ofTopic: (topic: string, group: string) =>
        `All of the topic ${topic} is in it. The group ${group} is told the new number: if the aggregators have another, name it with --group.`,
      ask: 'Type "repartition" to go on: ',
      needsYes: 'There is nobody to ask here: add --yes to go on without asking. Nothing was changed.',
      aborted: 'Nothing was changed.',
      writing: (done: number, of: number, percent: number) => `writing: ${done} of ${of} rows (${percent} %)`,
      swapping: (percent: number) => `putting in place: ${percent} %`,
      done: (from: number, to: number) => `Done: the lake had ${from} and has ${to} partitions.`,
      restartProbers: 'Start the aggregators, and every prober anew: a running one still counts as before.',
      aggregatorsFirst:
        'The group could not be told the new number: start the aggregators first, and the probers when they run.',
      noLake: (folder: string) => `There is no lake in ${folder}: name its folder with --lake.`,
      same: (count: number) => `--partitions ${count}: the lake has that many already. Nothing was changed.`,
      lakeInUse: (folder: string, process: string) =>
        `The lake in ${folder} is in use by another UpTimer (process ${process}), or was within the last two minutes: stop it, wait, and try again.`,
      groupInUse: (group: string, members: number) =>
        `The group ${group} has ${members} running ${members === 1 ? 'aggregator' : 'aggregators'}: stop all of them, and try again.`,
      topicTooSmall: (topic: string, has: number, to: number) =>
        `The topic ${topic} has ${has} ${has === 1 ? 'partition' : 'partitions'}, fewer than ${to}: add partitions to the topic first, or ask for at most ${has}.`,
      notRead: (topic: string, partition: number, left: string) =>
        `${left} records of partition ${partition} of the topic ${topic} are not in the lake yet: stop the probers, let the aggregators read to the end, stop them, and try again.`,
      otherTopic: (topic: string, partition: number) =>
        `Partition ${partition} of the topic ${topic} ends before the place that the lake has read to: the topic was made anew. Let an aggregator run once, stop it, and try again.`,
      needsKafka: (topic: string) =>
        `The lake was filled from Kafka (${topic}), and it has to be seen whether everything is in it: name the brokers with --kafka HOST:PORT, or with --data DIR the folder of an aggregator whose settings name them.`,
      severalTopics: (topics: string) =>
        `The lake was filled from several topics (${topics}): say with --topic which of them is in use.`,
      notItsTopic: (topic: string, topics: string) =>
        `The lake was filled from ${topics}, not from the topic ${topic} that --topic or the settings name: name the lake's with --topic.`,
      otherCluster: (topic: string) =>
        `The lake was filled from another Kafka cluster than the one with this topic ${topic}: name that one's brokers with --kafka HOST:PORT; if the cluster was made anew, let an aggregator read from it first, and stop it.`,
      checkpointLost: (partition: number) =>
        `The checkpoint of partition ${partition} is lost: start UpTimer on this lake once, stop it, and try again.`,
      unevenLog:
        'The last UpTimer did not end by itself, and its log is not in the lake evenly: start it once, stop it, and try again.',
      lengthsDiffer:
        'The partitions of this lake changed the length of their windows at different instants: they cannot be joined. Nothing was changed.',
    },
  },

  /** The desktop window's menu, and what is said when UpTimer is started once more. */
  desktop: {
    alreadyOpen:
      'UpTimer is open already: its window was brought forward, the options given now do not count.',
    file: 'File',
    edit: 'Edit',
    view: 'View',
    window: 'Window',
    about: 'About UpTimer',
    hide: 'Hide UpTimer',
    hideOthers: 'Hide Others',
    unhide: 'Show All',
    quit: 'Quit UpTimer',
    undo: 'Undo',
    redo: 'Redo',
    cut: 'Cut',
    copy: 'Copy',
    paste: 'Paste',
    selectAll: 'Select All',
    reload: 'Reload',
    toggleDevTools: 'Developer Tools',
    resetZoom: 'Actual Size',
    zoomIn: 'Zoom In',
    zoomOut: 'Zoom Out',
    togglefullscreen: 'Full Screen',
    minimize: 'Minimize',
    close: 'Close Window',
  },

  /** A folder that UpTimer writes to, and who may use it. `option` is where another one is chosen. */
  folder: {
    notAFolder: (path: string, option: string) =>
      `${path} is not a folder: choose another one with ${option}.`,
    notAllowed: (path: string, option: string) =>
      `${path} cannot be written to, its permissions forbid it: change them, or choose another folder with ${option}.`,
    readOnly: (path: string, option: string) =>
      `${path} cannot be written to, its disk is read-only: choose another folder with ${option}.`,
    full: (path: string) =>
      `${path} cannot be written to, its disk is full: free some space and start again.`,
    unusable: (path: string, reason: string, option: string) =>
      `${path} cannot be written to (${reason}): choose another folder with ${option}.`,
    inUse: (path: string, pid: string, option: string) =>
      `${path} is in use by another UpTimer (process ${pid}): stop it, or choose another folder with ${option}.`,
    inUseUnknown: (path: string, option: string) =>
      `${path} is in use by another UpTimer: stop it, or choose another folder with ${option}.`,
  },

  cli: {
    about: 'UpTimer: uptime and quality of service of URLs, measured from here.',
    optionsTitle: 'Options',
    optionsWord: 'options',
    withBoard: 'measures, with the board in the terminal',
    headless: 'measures, without the board',
    resetCommand: 'clears everything measured',
    restartCommand: 'restarts a part of the running UpTimer',
    repartitionCommand: 'changes how many partitions a lake has, while nothing runs on it',
    repartitionKafka: 'the same, of a lake filled from Kafka whose brokers no settings in --data name',
    durations: 'Durations: 250ms, 10s, 5m, 1h; a number alone means seconds.',
    environment: 'API_URL in the environment counts as --url; several are separated by spaces or commas.',
    exitCodes: 'Exit codes: 0 done, 1 failed, 2 wrong option, or a folder or port in use.',
    options: {
      data: "targets.json, settings.json, event-log/ of one process (default: UpTimer's folder)",
      lake: 'the lake (default: DATA/datalake)',
      port: 'port of the interface on 127.0.0.1; 0 = any free port (default)',
      url: 'a target for this run; may be given several times',
      interval: 'interval of the --url targets (default 1s)',
      window: 'length of a window; must divide one hour (default 60s)',
      watermark: 'how far out of order events may come (default 60s)',
      flush: 'how often Parquet is written (default 10s)',
      kafka: 'Apache Kafka is the log of this run; several brokers with commas between',
      role: 'prober only measures, aggregator only fills the lake: both need Kafka (all)',
      'probe-id': "name of a new prober (default: the host's); an existing event log keeps its own",
      topic: "of the events, made when absent (probe-events.v1; with repartition: the lake's)",
      group: 'of the aggregators on one lake, also for repartition (default uptimer)',
      partitions: 'of a topic or lake that is made (6); with repartition: the new number',
      replication: 'copies of each partition of a topic that is made (default 1)',
      'client-id': 'how the brokers name this program in their logs (default uptimer)',
      'kafka-config': `TLS, SASL … as in the kafka part of settings.json; passwords as \${env:NAME}`,
      terminal: 'print the board, refreshed every 5 s',
      demo: 'start a local demo service and monitor it',
      duration: 'stop cleanly after that long',
      lang: 'language of terminal and messages (default: from the environment)',
      'log-level': 'structured logs on stderr (default warn)',
      log: 'one line per probe and stage',
      'ack-fd': 'for tests and supervisors: descriptor that gets each acknowledged probe_id,seq',
      'seal-rows': 'for tests: rows after which a raw file is sealed',
      yes: 'with reset and repartition: do not ask',
      help: 'this page',
      version: 'the version',
    },
    unknownOption: (option: string) => `${option}: there is no such option.`,
    unknownCommand: (word: string) => `"${word}": there is no such command.`,
    didYouMean: (option: string) => `Did you mean ${option}?`,
    allowed: (list: string) => `Allowed: ${list}. --help explains them.`,
    notHere: (option: string, command: string) => `${option}: is no option of "${command}".`,
    valueMissing: (option: string, form: string) => `${option}: a value is missing, as in ${option} ${form}.`,
    noValue: (option: string) => `${option}: takes no value.`,
    stageWrong: (list: string) => `restart: needs one stage, which is one of ${list}.`,
    tooMany: (word: string) => `"${word}": is one word too many.`,
    urlNeedsOption: (url: string) => `"${url}": an address is given as --url ${url}.`,
    /** A field of a file that an option names. */
    wrongField: (option: string, file: string, field: string, reason: string) =>
      `${option} ${file}: ${field}: ${reason}.`,
    fieldReasons: {
      unknown: (list: string) => `there is no such field; allowed are ${list}`,
      secret: `a password never stands in a file: write \${env:NAME} and set that environment variable`,
      pair: 'a client certificate needs both cert and key',
      text: 'must be text that is not empty',
      missing: 'is missing',
      form: 'has the wrong form',
    },
    roleNeedsKafka: (role: string) =>
      `--role ${role}: needs Kafka: add --kafka HOST:PORT, or choose Kafka in the settings; without it there is only "all".`,
    roleProbesNothing: (option: string) =>
      `--role aggregator: measures nothing, so that ${option} has no meaning: leave one of the two out.`,
    otherProbeName: (name: string, probeId: string, folder: string) =>
      `--probe-id ${name}: the event log in ${folder} is ${probeId} and keeps that name: leave --probe-id out, or give a new prober its own --data.`,
    wrongValue: (option: string, value: string, reason: string) => `${option} ${value}: ${reason}.`,
    reasons: {
      empty: 'must not be empty',
      duration: 'must be a number with its unit, such as 250ms, 30s, 5m or 1h; a number alone means seconds',
      atLeast: (least: string) => `at least ${least}`,
      atMost: (most: string) => `at most ${most}`,
      dividesHour: 'must divide one hour evenly, such as 10s, 60s or 5m',
      url: 'must be an http:// or https:// URL, such as https://example.org/health',
      whole: (least: number, most: number) => `must be a whole number from ${least} to ${most}`,
      oneOf: (list: string) => `must be one of ${list}`,
      someOf: (list: string) => `must be one or several of ${list}, separated by commas`,
      broker: 'must be HOST:PORT, such as localhost:9092; several are separated by commas',
      kafkaName: 'must be 1 to 249 letters, digits, ".", "_" or "-", and neither "." nor ".."',
      probeName:
        'must be letters and digits with single "-" between them, at most 40 characters, such as office-2',
      fileMissing: 'there is no such file',
      fileUnreadable: 'the file cannot be read: check what it is and who may read it',
      notJson: 'the file is not JSON',
      fileShape: 'the file must hold one JSON object in braces',
    },
  },
};

export type Texts = typeof en;
