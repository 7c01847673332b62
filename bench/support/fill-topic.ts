import { makeTopic, PARTITIONS, withAdmin } from './broker';
import { runChild } from './child';
import { sleep } from './engine-run';

const PROCESSES = 2;

export interface FillPart {
  bootstrap: string;
  topic: string;
  targets: number;
  seconds: number;
  partitions: readonly number[];
}

/** Makes the topic as the product makes it and puts `targets × seconds` events of one prober into it. */
export async function fillTopic(
  of: Omit<FillPart, 'partitions'>,
  progress: (text: string) => void,
): Promise<void> {
  await makeTopic(of.bootstrap, of.topic);
  await withAdmin(of.bootstrap, async (admin) => {
    const parts = Array.from({ length: PROCESSES }, (_, index) =>
      Array.from({ length: PARTITIONS }, (__, partition) => partition).filter(
        (partition) => partition % PROCESSES === index,
      ),
    );
    let isFilled = false;
    const filling = Promise.all(
      parts.map((partitions) => runChild<true>('fill-topic-process.ts', { ...of, partitions })),
    ).finally(() => {
      isFilled = true;
    });
    for (let waitedS = 1; !isFilled; waitedS += 1) {
      await Promise.race([sleep(1000), filling]);
      if (waitedS % 20 === 0)
        progress(`topic filled with ${((await recordsOf(admin, of.topic)) / 1e6).toFixed(1)} M`);
    }
    await filling;
    const records = await recordsOf(admin, of.topic);
    if (records !== of.targets * of.seconds) {
      throw new Error(`the topic holds ${records} records, ${of.targets * of.seconds} were sent`);
    }
  });
}

async function recordsOf(
  admin: { fetchTopicOffsets(topic: string): Promise<{ low: string; high: string }[]> },
  topic: string,
): Promise<number> {
  const offsets = await admin.fetchTopicOffsets(topic);
  return offsets.reduce((sum, { low, high }) => sum + Number(high) - Number(low), 0);
}
