import { useEffect, useRef, useState } from 'react';
import type { KafkaSettings } from '../../../shared/domain/kafka-settings';
import { engine } from '../../bridge/engine';
import { engineNowUs } from '../../stores/link-store';
import type { TestState } from './connection-test';

/** One test of the connection at a time; an answer that was cancelled or overtaken is not shown. */
export function useConnectionTest(onRefused: (error: unknown) => string | null) {
  const [test, setTest] = useState<TestState | null>(null);
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);

  const cancel = (): void => {
    running.current?.abort();
    running.current = null;
    setTest(null);
  };
  const run = async (asked: KafkaSettings): Promise<void> => {
    running.current?.abort();
    const controller = new AbortController();
    running.current = controller;
    setTest({ kind: 'running', sinceUs: engineNowUs(), asked });
    let next: TestState | null;
    try {
      const answer = await engine.invoke('kafka.test', { kafka: asked }, controller.signal);
      next = { kind: 'answered', asked, answer };
    } catch (error) {
      const sentence = controller.signal.aborted ? null : onRefused(error);
      next = sentence === null ? null : { kind: 'failed', sentence };
    }
    if (running.current !== controller) return;
    running.current = null;
    setTest(next);
  };
  return { test, run, cancel };
}
