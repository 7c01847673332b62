import type { KafkaProblem, QuarantineReason } from '../../shared/contract/kafka';
import type { Role } from '../../shared/domain/kafka-settings';
import { catalogue } from './catalogue';

type Log = 'embedded' | 'kafka';
/** By the kind of problem; `broker` is null where no single broker is meant. */
type ProblemTexts = Record<KafkaProblem['kind'], (broker: string | null) => string>;

/** The words of Kafka on every screen: the connection, what travels, and what was set aside. */
export const kafka = catalogue(
  {
    problemOf: {
      name: (broker) =>
        `The name of ${broker ?? 'the broker'} is not known: check how it is spelled, and that this machine can resolve it.`,
      refused: (broker) =>
        `Nobody listens at ${broker ?? 'the broker'}: check the port, and whether the broker runs.`,
      unreachable: (broker) =>
        `${broker ?? 'The broker'} does not answer in time: check network and firewall, and the address that the broker advertises.`,
      protocol: (broker) =>
        `What answers at ${broker ?? 'the broker'} does not speak Kafka as we do: check the port, and that TLS is on at both ends or at none.`,
      tls: (broker) =>
        `No secure connection to ${broker ?? 'the broker'}: check the authority (CA), the name and the dates of the certificate, and the client certificate.`,
      credentials: (broker) =>
        `${broker ?? 'The broker'} refuses the user or the password: check the mechanism, the user, and the variable that holds the password.`,
      permission: (broker) =>
        `${broker ?? 'The broker'} does not let this user do what is needed: allow it to read, write and create the topic, and to read the group.`,
      topic_missing: () =>
        'The topic is not there and could not be made: create it, or choose one that exists.',
      topic_partitions: () =>
        'The topic has fewer partitions than the lake counts on: add the missing ones to the topic, or choose another topic.',
      settings: () => 'A file or a variable that these settings name is not there, or cannot be read.',
      other: (broker) => `${broker ?? 'The cluster'} could not be used.`,
    } as ProblemTexts,
    detail: 'Detail',
    stateOf: { connecting: 'connecting', connected: 'connected', failed: 'not connected' },
    connection: 'Connection',
    since: (age: string) => `for ${age}`,
    brokers: 'Brokers',
    cluster: 'Cluster',
    topic: 'Topic',
    group: 'Group',
    role: 'Role',
    roleOf: { all: 'prober and aggregator', prober: 'prober', aggregator: 'aggregator' } as Record<
      Role,
      string
    >,
    unknown: 'not known yet',
    elsewhere: 'Windows and lake',
    elsewhereText:
      'This process only measures (role prober). Windows and lake are the work of the aggregators on the same cluster: their pipeline pages show them.',
    noProberText:
      'This process only aggregates (role aggregator). The probes are those of the probers on the same cluster.',
    forwarder: 'Forwarder',
    backlog: 'Not acknowledged yet',
    backlogText: (events: string, size: string) => `${events} · ${size}`,
    oldest: 'Oldest of them',
    nothingWaits: 'nothing waits',
    shippedRate: 'Shipped',
    shipped: 'Shipped in all',
    lastAck: 'Last acknowledged',
    ago: (age: string) => `${age} ago`,
    never: 'never yet',
    safe: 'Nothing is lost: the probes wait in the log of this machine and are shipped as soon as a broker answers.',
    partitions: 'Partitions',
    partitionsSum: (all: string, owned: string, lag: string) => `${all} in all · ${owned} here · lag ${lag}`,
    noPartitions: 'Not known yet: they come with the first answer of the cluster.',
    partition: 'Partition',
    owner: 'Owner',
    here: 'here',
    another: 'elsewhere',
    next: 'Next offset',
    end: 'End offset',
    lag: 'Lag',
    watermark: 'Watermark',
    events: 'Events/s',
    note: 'Note',
    idle: 'idle',
    holdsBack: 'holds the watermark back',
    unused: (which: string, many: boolean) =>
      many
        ? `Partitions ${which} were added to the topic and are not used: stop every UpTimer on this lake and run the command repartition.`
        : `Partition ${which} was added to the topic and is not used: stop every UpTimer on this lake and run the command repartition.`,
    quarantine: 'Set aside',
    quarantineSum: (count: string) => (count === '1' ? '1 record' : `${count} records`),
    reasonOf: {
      not_json: 'not JSON',
      wrong_version: 'of an unknown version',
      invalid: 'does not follow the schema',
      null_value: 'empty (null)',
      oversized: 'too large',
      wrong_partition: 'in the wrong partition',
      in_the_future: 'dated in the future',
      identity_conflict: 'same identity, other content',
    } as Record<QuarantineReason, string>,
    reason: 'Reason',
    records: 'Records',
    last: 'Last: partition / offset',
    when: 'When',
    folder: 'Folder',
    copyFolder: 'Copy the path of the folder',
    lost: 'Lost before they were read',
    lostText: 'The broker had thrown these records away (retention) before anybody read them.',
    range: 'Offsets',
    rangeText: (from: string, to: string) => `${from} to ${to}`,
    logOf: { embedded: 'the embedded log', kafka: 'Kafka' } as Record<Log, string>,
    switching: (from: string, to: string) => `Switching from ${from} to ${to}`,
    switchSince: (when: string) => `since ${when}`,
    pendingHere: (count: string) => `${count} events still wait here`,
    pendingAtBroker: (count: string) => `${count} at the broker`,
    pendingUnknown: 'those at the broker cannot be counted: it is away',
    switchHint: 'Both ways are read until the old one is empty. Nothing is lost, and nothing comes twice.',
    stripLag: (lag: string) => `lag ${lag}`,
    stripBacklog: (count: string) => `${count} to ship`,
    stripAway: (count: string, age: string) => `away, ${count} wait here, oldest ${age}`,
    away: (age: string) => `Kafka away for ${age}`,
  },
  {
    problemOf: {
      name: (broker) =>
        `No se conoce el nombre de ${broker ?? 'el broker'}: revise cómo está escrito y que este equipo pueda resolverlo.`,
      refused: (broker) =>
        `Nadie escucha en ${broker ?? 'el broker'}: revise el puerto y si el broker está en marcha.`,
      unreachable: (broker) =>
        `${broker ?? 'El broker'} no responde a tiempo: revise la red, el cortafuegos y la dirección que anuncia el broker.`,
      protocol: (broker) =>
        `Lo que responde en ${broker ?? 'el broker'} no habla Kafka como nosotros: revise el puerto y que TLS esté en ambos lados o en ninguno.`,
      tls: (broker) =>
        `No hay conexión segura con ${broker ?? 'el broker'}: revise la autoridad (CA), el nombre y las fechas del certificado, y el certificado de cliente.`,
      credentials: (broker) =>
        `${broker ?? 'El broker'} no acepta el usuario o la contraseña: revise el mecanismo, el usuario y la variable que guarda la contraseña.`,
      permission: (broker) =>
        `${broker ?? 'El broker'} no deja a este usuario hacer lo necesario: permítale leer, escribir y crear el topic, y leer el grupo.`,
      topic_missing: () => 'El topic no existe y no se pudo crear: créelo o elija uno que exista.',
      topic_partitions: () =>
        'El topic tiene menos particiones que las que cuenta el lago: añada las que faltan o elija otro topic.',
      settings: () => 'Falta un archivo o una variable que nombran estos ajustes, o no se puede leer.',
      other: (broker) => `No se pudo usar ${broker ?? 'el clúster'}.`,
    },
    detail: 'Detalle',
    stateOf: { connecting: 'conectando', connected: 'conectado', failed: 'sin conexión' },
    connection: 'Conexión',
    since: (age) => `desde hace ${age}`,
    brokers: 'Brokers',
    cluster: 'Clúster',
    topic: 'Topic',
    group: 'Grupo',
    role: 'Papel',
    roleOf: { all: 'medidor y agregador', prober: 'medidor', aggregator: 'agregador' },
    unknown: 'aún no se sabe',
    elsewhere: 'Ventanas y lago',
    elsewhereText:
      'Este proceso solo mide (papel de medidor). Las ventanas y el lago son cosa de los agregadores del mismo clúster: se ven en su página de flujo.',
    noProberText:
      'Este proceso solo agrega (papel de agregador). Las mediciones son de los medidores del mismo clúster.',
    forwarder: 'Envío',
    backlog: 'Aún sin confirmar',
    backlogText: (events, size) => `${events} · ${size}`,
    oldest: 'La más antigua',
    nothingWaits: 'nada espera',
    shippedRate: 'Envía',
    shipped: 'Enviadas en total',
    lastAck: 'Última confirmación',
    ago: (age) => `hace ${age}`,
    never: 'aún ninguna',
    safe: 'Nada se pierde: las mediciones esperan en el registro de este equipo y se envían en cuanto responda un broker.',
    partitions: 'Particiones',
    partitionsSum: (all, owned, lag) => `${all} en total · ${owned} aquí · retraso ${lag}`,
    noPartitions: 'Aún no se saben: llegan con la primera respuesta del clúster.',
    partition: 'Partición',
    owner: 'Dueño',
    here: 'aquí',
    another: 'en otro',
    next: 'Próximo offset',
    end: 'Offset final',
    lag: 'Retraso',
    watermark: 'Marca de agua',
    events: 'Eventos/s',
    note: 'Nota',
    idle: 'inactiva',
    holdsBack: 'retiene la marca de agua',
    unused: (which, many) =>
      many
        ? `Las particiones ${which} se añadieron al topic y no se usan: detenga todos los UpTimer de este lago y ejecute la orden repartition.`
        : `La partición ${which} se añadió al topic y no se usa: detenga todos los UpTimer de este lago y ejecute la orden repartition.`,
    quarantine: 'Apartados',
    quarantineSum: (count) => (count === '1' ? '1 registro' : `${count} registros`),
    reasonOf: {
      not_json: 'no es JSON',
      wrong_version: 'de una versión desconocida',
      invalid: 'no sigue el esquema',
      null_value: 'vacío (null)',
      oversized: 'demasiado grande',
      wrong_partition: 'en la partición equivocada',
      in_the_future: 'con fecha futura',
      identity_conflict: 'misma identidad, otro contenido',
    },
    reason: 'Motivo',
    records: 'Registros',
    last: 'Último: partición / offset',
    when: 'Cuándo',
    folder: 'Carpeta',
    copyFolder: 'Copiar la ruta de la carpeta',
    lost: 'Perdidos antes de leerse',
    lostText: 'El broker ya había tirado estos registros (retención) antes de que alguien los leyera.',
    range: 'Offsets',
    rangeText: (from, to) => `de ${from} a ${to}`,
    logOf: { embedded: 'el registro integrado', kafka: 'Kafka' },
    switching: (from, to) => `Cambiando de registro: de ${from} a ${to}`.replace('de el ', 'del '),
    switchSince: (when) => `desde ${when}`,
    pendingHere: (count) => `${count} mediciones esperan aún aquí`,
    pendingAtBroker: (count) => `${count} en el broker`,
    pendingUnknown: 'las del broker no se pueden contar: no responde',
    switchHint: 'Se leen ambos caminos hasta agotar el viejo. Nada se pierde ni llega dos veces.',
    stripLag: (lag) => `retraso ${lag}`,
    stripBacklog: (count) => `${count} por enviar`,
    stripAway: (count, age) => `sin conexión, ${count} esperan aquí, la más antigua ${age}`,
    away: (age) => `Kafka sin conexión desde hace ${age}`,
  },
);
