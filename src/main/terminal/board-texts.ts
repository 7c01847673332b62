import type { TargetState } from '../../shared/contract/questions';
import type { FailureCode } from '../../shared/domain/outcome';

/** Every word of the board. Column names of the lake are not words: they are the same in every language. */
export interface BoardTexts {
  title: string;
  windowsProcessed: string;
  targets: string;
  probesPerSecond: string;
  watermark: string;
  currentState: string;
  lastWindows: string;
  alarms: string;
  state: string;
  target: string;
  latency: string;
  errorsLastMinute: string;
  since: string;
  lastFailure: string;
  provisional: string;
  remote: string;
  noTargets: string;
  noWindows: string;
  more: (count: number) => string;
  waitingInMemory: (count: number, size: string) => string;
  notRecorded: (count: number) => string;
  workerRestarts: (count: number) => string;
  workerDown: (index: number) => string;
  readFailed: (reason: string) => string;
  timeout: string;
  noCause: string;
  states: Record<TargetState['state'], string>;
  failures: Record<FailureCode, string>;
}

export const boardTexts: { en: BoardTexts; es: BoardTexts } = {
  en: {
    title: 'UpTimer · quality of service',
    windowsProcessed: 'Windows processed',
    targets: 'targets',
    probesPerSecond: 'probes/s',
    watermark: 'watermark',
    currentState: 'CURRENT STATE',
    lastWindows: 'LAST WINDOWS',
    alarms: 'ALARMS',
    state: 'state',
    target: 'target',
    latency: 'latency',
    errorsLastMinute: 'errors 1 min',
    since: 'since',
    lastFailure: 'last failure',
    provisional: '* not closed yet: provisional',
    remote: 'remote',
    noTargets: 'No targets yet: add one with --url, or in targets.json.',
    noWindows: 'No windows yet: the first probe opens one.',
    more: (count) => `… ${count} more`,
    waitingInMemory: (count, size) => `the log cannot be written: ${count} probes wait in memory (${size})`,
    notRecorded: (count) => `${count} probes could not be recorded`,
    workerRestarts: (count) => `prober workers restarted: ${count}`,
    workerDown: (index) => `prober worker ${index} is down`,
    readFailed: (reason) => `the board could not be read: ${reason}`,
    timeout: 'timeout',
    noCause: 'failed',
    states: {
      up: 'operational',
      degraded: 'degraded',
      down: 'down',
      unknown: 'unknown',
      missed: 'not measured',
      noData: 'no data',
      paused: 'paused',
    },
    failures: {
      name_not_found: 'the name does not exist',
      dns_failed: 'the name could not be resolved',
      connection_refused: 'connection refused',
      host_unreachable: 'host unreachable',
      network_unreachable: 'network unreachable',
      connect_failed: 'no connection',
      cert_expired: 'certificate expired',
      cert_not_yet_valid: 'certificate not valid yet',
      cert_wrong_host: 'certificate is for another host',
      cert_unknown_issuer: 'certificate issuer unknown',
      cert_self_signed: 'self-signed certificate',
      tls_failed: 'secure connection failed',
      connection_reset: 'connection reset',
      empty_response: 'closed without an answer',
      body_cut: 'answer cut short',
      malformed_response: 'answer is not HTTP',
      headers_too_large: 'headers too large',
      too_many_redirects: 'too many redirects',
      bad_redirect: 'redirect leads nowhere',
      unexpected_status: 'unexpected status',
      timeout_dns: 'no answer from DNS in time',
      timeout_connect: 'no connection in time',
      timeout_tls: 'no secure connection in time',
      timeout_response: 'no answer in time',
      timeout_body: 'answer not complete in time',
      overrun: 'the probe before was still running',
      asleep: 'this computer was asleep',
      closed: 'UpTimer was not running',
      worker_crashed: 'the prober had to be restarted',
      not_recorded: 'could not be recorded',
      secret_missing: 'a secret of the target is not set',
    },
  },
  es: {
    title: 'UpTimer · calidad de servicio',
    windowsProcessed: 'Ventanas procesadas',
    targets: 'destinos',
    probesPerSecond: 'sondeos/s',
    watermark: 'marca de agua',
    currentState: 'ESTADO ACTUAL',
    lastWindows: 'ÚLTIMAS VENTANAS',
    alarms: 'ALARMAS',
    state: 'estado',
    target: 'destino',
    latency: 'latencia',
    errorsLastMinute: 'errores 1 min',
    since: 'desde',
    lastFailure: 'último fallo',
    provisional: '* aún sin cerrar: provisional',
    remote: 'remoto',
    noTargets: 'Todavía no hay destinos: añada uno con --url o en targets.json.',
    noWindows: 'Todavía no hay ventanas: el primer sondeo abre una.',
    more: (count) => `… y ${count} más`,
    waitingInMemory: (count, size) =>
      `no se puede escribir el registro: ${count} sondeos esperan en memoria (${size})`,
    notRecorded: (count) => `${count} sondeos no se pudieron registrar`,
    workerRestarts: (count) => `procesos de sondeo reiniciados: ${count}`,
    workerDown: (index) => `el proceso de sondeo ${index} está caído`,
    readFailed: (reason) => `no se pudo leer el tablero: ${reason}`,
    timeout: 'tiempo agotado',
    noCause: 'fallo',
    states: {
      up: 'operativo',
      degraded: 'degradado',
      down: 'caído',
      unknown: 'desconocido',
      missed: 'no medido',
      noData: 'sin datos',
      paused: 'en pausa',
    },
    failures: {
      name_not_found: 'el nombre no existe',
      dns_failed: 'no se pudo resolver el nombre',
      connection_refused: 'conexión rechazada',
      host_unreachable: 'equipo inalcanzable',
      network_unreachable: 'red inalcanzable',
      connect_failed: 'sin conexión',
      cert_expired: 'certificado caducado',
      cert_not_yet_valid: 'certificado aún no válido',
      cert_wrong_host: 'certificado de otro nombre',
      cert_unknown_issuer: 'emisor del certificado desconocido',
      cert_self_signed: 'certificado autofirmado',
      tls_failed: 'falló la conexión segura',
      connection_reset: 'conexión cortada',
      empty_response: 'cerró sin responder',
      body_cut: 'respuesta incompleta',
      malformed_response: 'la respuesta no es HTTP',
      headers_too_large: 'cabeceras demasiado grandes',
      too_many_redirects: 'demasiadas redirecciones',
      bad_redirect: 'la redirección no lleva a ninguna parte',
      unexpected_status: 'estado inesperado',
      timeout_dns: 'el DNS no respondió a tiempo',
      timeout_connect: 'sin conexión a tiempo',
      timeout_tls: 'sin conexión segura a tiempo',
      timeout_response: 'sin respuesta a tiempo',
      timeout_body: 'respuesta incompleta a tiempo',
      overrun: 'el sondeo anterior seguía en curso',
      asleep: 'este equipo estaba suspendido',
      closed: 'UpTimer no estaba en marcha',
      worker_crashed: 'hubo que reiniciar el proceso de sondeo',
      not_recorded: 'no se pudo registrar',
      secret_missing: 'falta un secreto del destino',
    },
  },
};
