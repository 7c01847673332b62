import { afterAll, describe, expect, it } from 'vitest';
import type { Health } from '../src/shared/contract/health';
import { axeFindings, goTo, openBrowser, openPage } from './support/browser';
import { startStandIn } from './support/engine-stand-in';
import { healthWith, kafkaAt } from './support/kafka-health';

const { browser, reason } = await openBrowser();
if (reason !== null) process.stderr.write(`skipped: ${reason}\n`);

afterAll(async () => {
  await browser?.close();
});

describe.skipIf(browser === null)('an interface of a process that does not do all', () => {
  const open = async (role: Health['role'], change: Partial<Health> = {}) => {
    if (browser === null) throw new Error('there is no browser');
    const nowUs = Date.now() * 1000;
    const kafka = kafkaAt(nowUs, role === 'prober' ? { partitions: [] } : {});
    const engine = await startStandIn({
      settings: { language: 'en', log: 'kafka', kafka: { brokers: ['localhost:9092'] } },
      health: { ...healthWith(nowUs, kafka, { role }), ...change },
    });
    const { page } = await openPage(browser, engine.address, { bypassCsp: true });
    return {
      page,
      async close() {
        await page.context().close();
        await engine.stop();
      },
    };
  };

  it('asks an aggregator for no URL, and says where targets are added', async () => {
    const { page, close } = await open('aggregator');
    await page.getByText('Targets are added at a prober').waitFor();
    expect(await page.locator('main input').count()).toBe(0);
    await page.getByRole('button', { name: 'Add target' }).click();
    await page.getByRole('dialog').getByText('Targets are added at a prober').waitFor();
    expect(await page.getByRole('dialog').locator('input').count()).toBe(0);
    expect(await axeFindings(page)).toEqual([]);
    await close();
  });

  it('offers at a prober nothing of a lake that others fill', async () => {
    const { lake } = healthWith(Date.now() * 1000, null);
    const { page, close } = await open('prober', {
      lake: { ...lake, rawRows: 0, windowRows: 0, unflushedRows: 0 },
    });
    await goTo(page, '#/data');
    await page.getByText('the lake is filled by the aggregators').waitFor();
    expect(await page.locator('main').getByRole('button').count()).toBe(0);
    expect(await page.locator('main pre').count()).toBe(0);
    await close();
  });

  it('keeps at a prober what its lake holds from before', async () => {
    const { page, close } = await open('prober');
    await goTo(page, '#/data');
    await page.getByText('the lake is filled by the aggregators').waitFor();
    expect(await page.locator('main pre').count()).toBeGreaterThan(0);
    await close();
  });
});
