import type { Admin } from 'kafkajs';
import { clientOf } from '../kafka/support';

/** Does something to a cluster as its operator would. */
export async function asAdmin<T>(bootstrap: string, work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = clientOf(bootstrap).admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}

/** The offset behind the last record, by partition. */
export async function endsOf(bootstrap: string, topic: string): Promise<Map<number, number>> {
  const found = await asAdmin(bootstrap, (admin) => admin.fetchTopicOffsets(topic));
  return new Map(found.map(({ partition, high }) => [partition, Number(high)]));
}
