/** kafkajs cuts `HOST:PORT` at the first colon: an IPv6 address goes through it without any. `[::1]:9092` → `[__1]:9092` */
export function toKafkajs(broker: string): string {
  return broker.replace(/^\[(.*)\]/, (bracketed) => bracketed.replaceAll(':', '_'));
}

/** The reverse of `toKafkajs`, of an address or of a host alone. */
export function fromKafkajs(address: string): string {
  return address.replace(/^\[(.*)\]/, (bracketed) => bracketed.replaceAll('_', ':'));
}
