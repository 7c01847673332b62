import { describe, expect, it } from 'vitest';
import { languageOfEnvironment, textsOf } from './language';

describe('the language of the environment', () => {
  it.each([
    [{ LANG: 'es_CO.UTF-8' }, 'es'],
    [{ LANG: 'es' }, 'es'],
    [{ LANG: 'es-ES' }, 'es'],
    [{ LANG: 'en_US.UTF-8' }, 'en'],
    [{ LANG: 'est' }, 'en'],
    [{ LANG: 'C' }, 'en'],
    [{}, 'en'],
    [{ LANG: 'en_US.UTF-8', LC_ALL: 'es_ES' }, 'es'],
    [{ LANG: 'es_ES', LC_MESSAGES: 'en_GB' }, 'en'],
    [{ LANG: 'es_ES', LC_ALL: '' }, 'es'],
  ])('%j asks for %s', (env, language) => {
    expect(languageOfEnvironment(env)).toBe(language);
  });
});

describe('the Spanish of terminal and probe lines', () => {
  it('keeps the classic words', () => {
    const { board, states, stages } = textsOf('es');
    expect(board.title).toBe('TABLERO DE CONTROL - CALIDAD DE SERVICIO (QoS)');
    expect(board.currentState).toBe('ESTADO ACTUAL');
    expect(states.up.toUpperCase()).toBe('OPERATIVO');
    expect(stages.sent(200, '150.23ms')).toBe('Enviado: 200 - 150.23ms');
  });
});
