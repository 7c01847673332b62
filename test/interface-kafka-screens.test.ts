import { afterAll, describe, expect, it } from 'vitest';
import { axeFindings, goTo, openBrowser, openPage } from './support/browser';
import { startStandIn } from './support/engine-stand-in';
import { healthWith, switchToKafka, troubledKafka } from './support/kafka-health';

const { browser, reason } = await openBrowser();
if (reason !== null) process.stderr.write(`skipped: ${reason}\n`);

const nowUs = () => Date.now() * 1000;
// biome-ignore lint/suspicious/noTemplateCurlyInString: this is how a reference is written
const REFERENCE = '${env:KAFKA_PASSWORD}';

afterAll(async () => {
  await browser?.close();
});

describe.skipIf(browser === null)('Kafka on every screen', () => {
  for (const language of ['en', 'es'] as const) {
    for (const theme of ['light', 'dark'] as const) {
      it(`has nothing that axe minds, and fits its window (${language}, ${theme})`, {
        timeout: 60_000,
      }, async () => {
        if (browser === null) return;
        const engine = await startStandIn({
          settings: {
            language,
            log: 'kafka',
            kafka: {
              brokers: ['localhost:9092'],
              tls: { ca: null, cert: null, key: null },
              sasl: { mechanism: 'scram-sha-512', username: 'uptimer', password: REFERENCE },
            },
          },
          health: healthWith(nowUs(), troubledKafka(nowUs()), { logSwitch: switchToKafka(nowUs(), null) }),
        });
        const { page, faults } = await openPage(browser, engine.address, {
          language,
          theme,
          bypassCsp: true,
        });
        engine.answerTests(() => ({
          ok: false,
          clusterId: 'abc-123',
          brokers: 3,
          topic: null,
          problem: { kind: 'tls', broker: 'localhost:9092', message: 'certificate has expired' },
        }));
        for (const hash of ['#/pipeline', '#/settings']) {
          await goTo(page, hash);
          await page.getByText('MkU3OEVBNTcwNTJENDM2Qk').or(page.locator('input[name=brokers]')).waitFor();
          if (hash === '#/settings') {
            await page.locator('input[name=brokers]').fill('localhost:9093');
            await page.locator('form:has(input[name=brokers]) button[type=button]').first().click();
            await page.getByText('certificate has expired').waitFor();
            await page.locator('input[name=partitions]').fill('0');
          }
          expect(await axeFindings(page), hash).toEqual([]);
          const tooWide = await page.evaluate('document.documentElement.scrollWidth > window.innerWidth');
          expect(tooWide, `${hash} is wider than its window`).toBe(false);
        }
        expect(faults).toEqual([]);
        await page.context().close();
        await engine.stop();
      });
    }
  }
});
