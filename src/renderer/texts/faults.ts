import type { ErrorCode } from '../../shared/contract/app-error';
import type { Role } from '../../shared/domain/kafka-settings';
import { catalogue } from './catalogue';

/** The engine's own sentence names paths: in another language they are what has to be kept of it. */
function withPath(text: string, sentence: string): string {
  const path = /(?:[A-Za-z]:\\|\/)[^\s,;]+/.exec(sentence)?.[0].replace(/[.:]$/, '');
  return path === undefined ? text : `${text} (${path})`;
}

const ERRORS: Record<ErrorCode, string> = {
  invalid_input: 'Lo indicado no es válido.',
  not_found: 'No se encontró lo pedido.',
  conflict: 'Ya existe, o choca con otra operación en curso. Elija otro nombre o inténtelo de nuevo.',
  confirmation_needed: 'Hace falta confirmarlo.',
  cancelled: 'Se canceló.',
  no_space: 'No queda espacio en el disco. Libere espacio e inténtelo de nuevo.',
  not_writable: 'No se puede escribir ahí. Corrija los permisos o elija otra carpeta.',
  in_use: 'Ya está en uso.',
  fenced: 'Otro proceso se hizo cargo de esta partición; este sigue en cuanto le toque otra vez.',
  too_new: 'Lo escribió una versión más nueva de UpTimer. Actualice UpTimer.',
  corrupt: 'El archivo está dañado.',
  unavailable: 'No está disponible en este momento. Inténtelo de nuevo.',
  forbidden: 'No está permitido.',
  internal: 'Fallo interno de UpTimer; su registro dice más.',
};

/** Where in the topic something happened: in another language that has to be kept too. */
function withPlace(text: string, sentence: string): string {
  const partition = /\bpartition (\d+)/i.exec(sentence)?.[1];
  const broker = /(?<![\w.:/-])(?:\[[0-9a-f:.]+\]|[a-z0-9][\w.-]*):\d{2,5}\b/i.exec(sentence)?.[0];
  const places = [
    partition === undefined ? null : `partición ${partition}`,
    broker === undefined ? null : broker,
  ].filter((place) => place !== null);
  return places.length === 0 ? text : `${text} (${places.join(', ')})`;
}

/** By the notice's code, of the stage that reads and writes the topic. */
const KAFKA_NOTICES: Readonly<Record<string, string>> = {
  kafka_connection: 'No se llega al clúster de Kafka; Flujo dice por qué.',
  kafka_partitions: 'El topic no tiene tantas particiones como cuenta el lago; Flujo dice cuáles.',
  kafka_lost: 'El broker tiró registros antes de que se leyeran (retención); Flujo dice cuántos y dónde.',
  kafka_other_log:
    'El topic o el clúster se crearon de nuevo con el mismo nombre: se lee desde su principio y lo ya guardado no se repite.',
  kafka_quarantine: 'Se apartaron registros del topic que no se pueden usar; Flujo dice por qué.',
  identity_conflict:
    'Llegaron dos mediciones distintas con la misma identidad y se apartó la segunda: ¿hay dos medidores con el mismo id.?',
  fenced: 'Otro proceso se hizo cargo de una partición; lo que quedaba a medias aquí se dejó.',
  topic_left: 'Se dejó el topic anterior con registros sin leer.',
  log_switch_begun: 'Cambia el registro: lo que va por el camino viejo se sigue leyendo hasta agotarse.',
  log_switch_finished: 'El cambio de registro terminó: el viejo está agotado.',
};

/** What lasts while probes wait here; a mere aggregator has none. */
const KEPT_MEANWHILE: ReadonlySet<string> = new Set(['kafka_connection', 'kafka_partitions']);
const KEPT = 'Las mediciones esperan en el registro de este equipo y no se pierden.';

/** By the notice's code. */
const NOTICES: Readonly<Record<string, string>> = {
  log_stalled: 'No se puede escribir el registro: las mediciones terminadas esperan en memoria.',
  flush_failed: 'No se puede escribir el lago; nada se pierde.',
  stream_failed: 'El flujo de ventanas se detuvo y se vuelve a iniciar.',
  merge_failed: 'No se pudieron unir archivos del lago; se intentará de nuevo.',
  worker_restarted: 'Se reinició un hilo de medición.',
  file_broken: 'El archivo no se puede usar; sigue vigente lo último que era válido.',
  checkpoint_rebuilt: 'El punto de control faltaba o estaba dañado; el lago se leyó de sus archivos.',
  cut_back: 'Filas escritas tras el último punto de control se leen otra vez del registro.',
  file_set_aside: 'Un archivo del lago estaba dañado o faltaba y se apartó.',
  foreign_files: 'Hay archivos en el lago que no son de UpTimer; se pueden apartar en Datos.',
  merge_finished: 'Se terminó una unión de archivos que había quedado a medias.',
  orphan_removed: 'Se retiraron restos de un final abrupto.',
  log_set_aside: 'El registro estaba dañado y se apartó; se empezó uno nuevo.',
  log_gone: 'El registro falta o está vacío; se empezó uno nuevo. Lo que el lago no había tomado se perdió.',
  batch_unreadable: 'Un grupo de mediciones del registro no se puede leer y se omite.',
};

/** What the engine says, in the language of the page. It speaks English itself; its codes are the same in every language. */
export const faults = catalogue(
  {
    error: (_code: ErrorCode, sentence: string) => sentence,
    notice: (_code: string, sentence: string, _role: Role) => sentence,
  },
  {
    error: (code, sentence) => withPath(ERRORS[code], sentence),
    notice: (code, sentence, role) => {
      const ofKafka = KAFKA_NOTICES[code];
      if (ofKafka === undefined) return withPath(NOTICES[code] ?? sentence, sentence);
      const kept = KEPT_MEANWHILE.has(code) && role !== 'aggregator';
      return withPlace(kept ? `${ofKafka} ${KEPT}` : ofKafka, sentence);
    },
  },
);
