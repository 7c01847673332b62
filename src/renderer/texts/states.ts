import { enWords } from '../../shared/texts/en-words';
import { esWords } from '../../shared/texts/es-words';
import { catalogue } from './catalogue';

/** The words of the states and of the failures, the same on every screen. */
export const states = catalogue(
  {
    ...enWords.states,
    phaseDns: 'DNS',
    phaseConnect: 'Connect',
    phaseTls: 'TLS',
    phaseTtfb: 'First byte',
    phaseTransfer: 'Transfer',
    inPhase: (phase: string, what: string) => `${phase}: ${what}`,
    phaseOf: {
      dns: 'DNS',
      connect: 'Connect',
      tls: 'TLS',
      response: 'Response',
      assertion: 'Answer',
      timeout: 'Timeout',
    } as Readonly<Record<string, string>>,
    slow: (latency: string) => `slow: ${latency}`,
    ofCode: enWords.failures as Readonly<Record<string, string>>,
    unexpectedStatus: (status: number) => `answered ${status}`,
    failureUnknown: 'failed',
  },
  {
    ...esWords.states,
    phaseDns: 'DNS',
    phaseConnect: 'Conexión',
    phaseTls: 'TLS',
    phaseTtfb: 'Primer byte',
    phaseTransfer: 'Transferencia',
    inPhase: (phase, what) => `${phase}: ${what}`,
    phaseOf: {
      dns: 'DNS',
      connect: 'Conexión',
      tls: 'TLS',
      response: 'Respuesta',
      assertion: 'Respuesta',
      timeout: 'Tiempo agotado',
    },
    slow: (latency) => `lento: ${latency}`,
    ofCode: esWords.failures,
    unexpectedStatus: (status) => `respondió ${status}`,
    failureUnknown: 'falló',
  },
);
