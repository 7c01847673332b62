import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '../src/shared/contract/app-error';
import { KAFKA_PROBLEMS, type KafkaTest } from '../src/shared/contract/kafka';
import { goTo, openBrowser, openPage } from './support/browser';
import { type EngineStandIn, startStandIn } from './support/engine-stand-in';
import { eventually } from './support/eventually';
import { healthWith, kafkaAt, partitionAt, switchToKafka, troubledKafka } from './support/kafka-health';

const { browser, reason } = await openBrowser();
if (reason !== null) process.stderr.write(`skipped: ${reason}\n`);

const nowUs = () => Date.now() * 1000;
// biome-ignore lint/suspicious/noTemplateCurlyInString: this is how a reference is written
const REFERENCE = '${env:KAFKA_PASSWORD}';
const FOUND: KafkaTest = { ok: true, problem: null, clusterId: 'abc-123', brokers: 3, topic: null };

afterAll(async () => {
  await browser?.close();
});

describe.skipIf(browser === null)('Kafka in the interface', () => {
  let engine: EngineStandIn;
  let page: Page;
  let faults: string[];

  beforeAll(async () => {
    engine = await startStandIn({ settings: { language: 'en' }, health: healthWith(nowUs(), null) });
    if (browser !== null) ({ page, faults } = await openPage(browser, engine.address));
  });
  afterAll(() => engine.stop());

  const panel = () => page.getByRole('region', { name: 'Event log' });
  const field = (name: string) => panel().getByLabel(name, { exact: true });
  const strip = () => page.getByRole('navigation', { name: 'Pipeline at a glance' });
  const button = (name: string) => panel().getByRole('button', { name, exact: true });
  const answer = () => panel().getByRole('status');
  const hasFocus = (locator: Locator) =>
    locator.evaluate((element) => element === element.ownerDocument.activeElement);

  it('is not spoken of while the embedded log is in use and nothing is left of it', async () => {
    await goTo(page, '#/pipeline');
    await page.getByRole('heading', { name: 'Lake' }).waitFor();
    expect(await page.getByRole('heading', { name: 'Partitions' }).count()).toBe(0);
    expect(await page.getByText('Kafka').count()).toBe(0);
  });

  it('is chosen by keyboard, and the brokers are checked as they are typed', async () => {
    await goTo(page, '#/settings');
    await panel().getByRole('radio', { name: 'Embedded' }).focus();
    await page.keyboard.press('ArrowRight');
    await field('Brokers').focus();
    await page.keyboard.type('localhost:9092, kafka');
    await panel().getByText('"kafka" is not HOST:PORT, such as localhost:9092').waitFor();
    await page.keyboard.type(':99999');
    await panel().getByText('The port of kafka:99999 must be between 1 and 65535.').waitFor();
    await page.keyboard.press('Enter');
    await eventually(() => hasFocus(field('Brokers'))).toBe(true);
    expect(engine.patches).toEqual([]);
    await page.keyboard.press('Backspace');
    await panel().getByText('HOST:PORT, several separated by commas.').waitFor();
  });

  it('takes no password in clear text, and sends it nowhere', async () => {
    await field('Sign-in (SASL)').selectOption('plain');
    await panel().getByText('Without TLS, the password travels readable').waitFor();
    await field('User').fill('uptimer');
    await field('Password').fill('hunter2');
    await panel().getByText('Not the password itself, but where it stands').waitFor();
    await button('Test connection').click();
    await eventually(() => hasFocus(field('Password'))).toBe(true);
    expect(engine.tested).toEqual([]);
    await field('Password').fill(REFERENCE);
    await panel().getByText('Not the password itself').waitFor({ state: 'detached' });
  });

  it('says what a test of the connection found, and that it was before the last change', async () => {
    engine.answerTests(() => FOUND);
    await button('Test connection').click();
    await answer().getByText('The connection works.').waitFor();
    await answer().getByText('Cluster abc-123, 3 brokers.').waitFor();
    await answer().getByText('Topic probe-events.v1 is not there yet. It will be made').waitFor();
    expect(engine.tested).toMatchObject([{ brokers: ['localhost:9092', 'kafka:9999'] }]);
    expect(engine.patches).toEqual([]);
    await field('Topic').fill('probes');
    await answer().getByText('This was the answer before the last change.').waitFor();
    engine.answerTests(() => ({ ...FOUND, topic: { partitions: 12, replication: 3 } }));
    await button('Test again').click();
    await answer().getByText('Topic probes: 12 partitions, 3 copies of each.').waitFor();
  });

  it('says of every kind of failure what it is, with the broker and the particulars', async () => {
    const said = new Set<string>();
    for (const kind of KAFKA_PROBLEMS) {
      engine.answerTests(() => ({
        ok: false,
        problem: { kind, broker: 'localhost:9092', message: `particulars of ${kind}` },
        clusterId: null,
        brokers: null,
        topic: null,
      }));
      await button('Test again').click();
      await answer().getByText(`particulars of ${kind}`).waitFor();
      said.add((await answer().textContent())?.replace(/particulars.*/, '') ?? '');
    }
    expect(said.size).toBe(KAFKA_PROBLEMS.length);
  });

  it('shows how long a test takes, and stops waiting for it when told to', async () => {
    engine.answerTests(() => new Promise<KafkaTest>(() => undefined));
    await button('Test again').click();
    await answer().getByText('Trying to reach the cluster…').waitFor();
    await answer().getByText('1 s').waitFor();
    await button('Cancel').click();
    await button('Test connection').waitFor();
    expect(await answer().textContent()).toBe('');
  });

  it('keeps what was typed and not saved while another screen is looked at', async () => {
    await panel().getByText('Not saved yet: Event log, Brokers, Topic, Sign-in (SASL)').waitFor();
    await goTo(page, '#/pipeline');
    await page.getByRole('heading', { level: 1, name: 'Pipeline' }).waitFor();
    await goTo(page, '#/settings');
    expect(await field('Brokers').inputValue()).toBe('localhost:9092, kafka:9999');
    expect(await field('Password').inputValue()).toBe(REFERENCE);
  });

  it('gives back what was discarded by mistake', async () => {
    await button('Discard changes').click();
    await panel().getByText('Not saved yet').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Undo' }).click();
    await panel().getByText('Not saved yet').waitFor();
    expect(await field('Topic').inputValue()).toBe('probes');
  });

  it('shows what the engine refuses at its field, and clears nothing', async () => {
    engine.refuse(
      new AppError('invalid_input', 'kafka.brokers: they belong to two clusters', {
        field: 'kafka.brokers',
      }),
    );
    await button('Switch to Kafka').click();
    await panel().getByText('they belong to two clusters').waitFor();
    expect(await field('Brokers').getAttribute('aria-invalid')).toBe('true');
    expect(await field('Brokers').inputValue()).toBe('localhost:9092, kafka:9999');
    engine.refuse(null);
  });

  it('switches with everything in one change', async () => {
    engine.patches.length = 0;
    await button('Switch to Kafka').click();
    await page.getByText('The log is being switched.').waitFor();
    expect(engine.patches).toMatchObject([
      {
        log: 'kafka',
        kafka: {
          brokers: ['localhost:9092', 'kafka:9999'],
          clientId: 'uptimer',
          topic: 'probes',
          group: 'uptimer',
          partitions: 6,
          replication: 1,
          tls: null,
          sasl: { mechanism: 'plain', username: 'uptimer', password: REFERENCE },
        },
      },
    ]);
    expect(await button('Save').isDisabled()).toBe(true);
  });

  it('says on both pages what of a switch is still on its way', async () => {
    engine.health(healthWith(nowUs(), kafkaAt(nowUs()), { logSwitch: switchToKafka(nowUs(), 56) }));
    await panel().getByText('1,234 events still wait here, 56 at the broker').waitFor();
    engine.health(healthWith(nowUs(), kafkaAt(nowUs()), { logSwitch: switchToKafka(nowUs(), null) }));
    await goTo(page, '#/pipeline');
    await page.getByText('Switching from the embedded log to Kafka').waitFor();
    await page.getByText('those at the broker cannot be counted: it is away').waitFor();
    engine.health(healthWith(nowUs(), kafkaAt(nowUs())));
    await page.getByText('Switching from').waitFor({ state: 'detached' });
  });

  it('shows the partitions: whose they are, how far behind, which one holds the watermark back', async () => {
    const partitions = page.getByRole('region', { name: 'Partitions' }).getByRole('row');
    engine.health(healthWith(nowUs(), kafkaAt(nowUs(), { heldBackBy: 1 })));
    await page.getByText('6 in all · 4 here · lag 150').waitFor();
    await partitions.filter({ hasText: 'holds the watermark back' }).getByText('1,204,067').waitFor();
    await partitions.filter({ hasText: 'idle' }).first().waitFor();
    expect(await partitions.filter({ hasText: 'elsewhere' }).count()).toBe(2);
    await strip().getByText('lag 150').waitFor();
    expect(await page.getByRole('heading', { name: 'Set aside' }).count()).toBe(0);
  });

  it('is alarming while the cluster is away: what waits, how old it is, and why', async () => {
    engine.health(healthWith(nowUs(), troubledKafka(nowUs())));
    await page.getByRole('banner').getByText('Kafka away for 12 min').waitFor();
    await strip().getByText('away, 32.4 k wait here, oldest 12 min').waitFor();
    const connection = page.getByRole('region', { name: 'Connection' });
    await connection.getByText('not connected').waitFor();
    await connection.getByText('Connection refused').waitFor();
    await connection.getByText('Nobody listens at kafka-1.example:9092: check the port').waitFor();
    await page.getByRole('region', { name: 'Forwarder' }).getByText('32,422 · 14.6 MB').waitFor();
  });

  it('tells what is unused, what was set aside and where, and what was lost', async () => {
    await page.getByText('The topic has 9 partitions, this lake counts on 6: 6–8 are not used.').waitFor();
    const aside = page.getByRole('region', { name: 'Set aside' });
    await aside.getByText('1,207 records').waitFor();
    await aside
      .getByRole('row')
      .filter({ hasText: 'same identity, other content' })
      .getByText('5 / 9,007,199,254,740,993')
      .waitFor();
    await aside.getByText('/data/datalake/quarantine').waitFor();
    await page
      .getByRole('region', { name: 'Lost before they were read' })
      .getByText('880,000 to 1,200,000')
      .waitFor();
  });

  it('has a thousand partitions with only the visible ones in the page', async () => {
    const partitions = Array.from({ length: 1000 }, (_, index) => partitionAt(index, nowUs()));
    engine.health(healthWith(nowUs(), kafkaAt(nowUs(), { partitions })));
    await page.getByText('1,000 in all · 1,000 here · lag 50,000').waitFor();
    const scroller = page.getByRole('group', { name: 'Partitions' });
    const rows = scroller.getByRole('row');
    await rows.filter({ hasText: '1,204,017' }).waitFor();
    expect(await rows.count()).toBeLessThan(50);
    await scroller.focus();
    await page.keyboard.press('End');
    await scroller.getByRole('rowheader', { name: '999', exact: true }).waitFor();
    expect(await rows.count()).toBeLessThan(50);
  });

  it('shows a process only the stages of its role', async () => {
    engine.health(healthWith(nowUs(), kafkaAt(nowUs(), { partitions: [] }), { role: 'prober' }));
    await page.getByText('This process only measures (role prober).').waitFor();
    const stages = ['Restart Prober', 'Restart Windows', 'Restart Lake'];
    const shown = () =>
      Promise.all(stages.map((name) => page.getByRole('button', { name }).count())).then((counts) =>
        counts.join(),
      );
    expect(await shown()).toBe('1,0,0');
    await strip().getByText('12 to ship').waitFor();
    expect(await strip().getByText('watermark').count()).toBe(0);
    engine.health(healthWith(nowUs(), kafkaAt(nowUs(), { forwarder: null }), { role: 'aggregator' }));
    await page.getByText('This process only aggregates (role aggregator).').waitFor();
    expect(await shown()).toBe('0,1,1');
    expect(await page.getByRole('heading', { name: 'Forwarder' }).count()).toBe(0);
  });

  it('goes back to the embedded log with one press, and keeps the fields of Kafka', async () => {
    engine.health(healthWith(nowUs(), kafkaAt(nowUs())));
    engine.patches.length = 0;
    await goTo(page, '#/settings');
    await panel().getByRole('radio', { name: 'Embedded' }).click();
    await button('Switch to the embedded log').click();
    await page.getByText('The log is being switched.').first().waitFor();
    expect(engine.patches).toEqual([{ log: 'embedded' }]);
    await panel().getByRole('radio', { name: 'Apache Kafka' }).click();
    expect(await field('Brokers').inputValue()).toBe('localhost:9092, kafka:9999');
    await button('Discard changes').click();
  });

  it('did all this without an error in the page', () => {
    expect(faults).toEqual([]);
  });
});
