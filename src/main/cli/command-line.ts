import type { AppError } from '../../shared/contract/app-error';
import { RESTARTABLE_STAGES, type RestartableStage } from '../../shared/contract/health';
import { parseHttpUrl } from '../../shared/domain/target';
import type { Texts } from '../../shared/texts/en';
import { nearestOf } from './nearest';
import {
  COMMANDS,
  type CommandWord,
  isOptionName,
  type OptionName,
  optionNames,
  optionTable,
  writtenOut,
} from './option-table';
import { withoutSecrets, wrongOption } from './option-values';

/** The words of a command line, told apart but not yet read. */
export interface CommandLine {
  command: CommandWord | 'help' | 'version';
  /** Of `restart`. */
  stage: RestartableStage | null;
  /** In their order; of an option without a value it is empty. */
  given: { name: OptionName; value: string }[];
}

/** @throws AppError of a word that does not belong there, saying what does */
export function readCommandLine(argv: readonly string[], texts: Texts): CommandLine {
  const { given, words } = splitWords(argv, texts);
  for (const page of ['help', 'version'] as const) {
    if (given.some(({ name }) => name === page)) return { command: page, stage: null, given: [] };
  }
  const { command, stage } = commandOf(words, texts);
  const stranger = given.find(({ name }) => !optionTable[name].of.includes(command));
  if (stranger !== undefined) {
    throw notAllowed(`--${stranger.name}`, texts.cli.notHere(`--${stranger.name}`, command), command, texts);
  }
  return { command, stage, given };
}

function splitWords(
  argv: readonly string[],
  { cli }: Texts,
): { given: CommandLine['given']; words: string[] } {
  const given: CommandLine['given'] = [];
  const words: string[] = [];
  const rest = [...argv];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === '--') continue;
    if (!word.startsWith('-') || word === '-') {
      words.push(word);
      continue;
    }
    const [option = '', ...after] = word.split('=');
    const inline = after.length === 0 ? null : after.join('=');
    const name = option === '-h' ? 'help' : option.replace(/^--/, '');
    if (!option.startsWith('--') && option !== '-h') throw unknownOption(option, cli);
    if (!isOptionName(name)) throw unknownOption(option, cli);
    const { form } = optionTable[name];
    if (form === null && inline !== null) throw wrongOption(option, cli.noValue(option));
    const value = form === null ? '' : (inline ?? rest.shift());
    // The next option is no value: nobody means a folder called --port.
    if (value === undefined || (inline === null && value.startsWith('--'))) {
      throw wrongOption(option, cli.valueMissing(option, form ?? ''));
    }
    given.push({ name, value });
  }
  return { given, words };
}

function commandOf(
  words: readonly string[],
  texts: Texts,
): { command: CommandWord; stage: RestartableStage | null } {
  const { cli } = texts;
  const [word, next, ...more] = words;
  if (word === undefined) return { command: 'run', stage: null };
  if (parseHttpUrl(word) !== null) throw wrongOption('--url', cli.urlNeedsOption(withoutSecrets(word)));
  const known = COMMANDS.filter((one) => one !== 'run');
  const command = known.find((one) => one === word);
  if (command === undefined) {
    const near = nearestOf(word, known);
    const words = [cli.unknownCommand(word), ...(near === null ? [] : [cli.didYouMean(near)])];
    throw wrongOption(word, `${words.join(' ')} ${cli.allowed(known.join(', '))}`);
  }
  const stage = RESTARTABLE_STAGES.find((one) => one === next) ?? null;
  const tooMany = command === 'restart' ? more[0] : next;
  if (command === 'restart' && stage === null) {
    throw wrongOption('restart', cli.stageWrong(RESTARTABLE_STAGES.join(', ')));
  }
  if (tooMany !== undefined) throw wrongOption(tooMany, cli.tooMany(tooMany));
  return { command, stage };
}

function unknownOption(option: string, cli: Texts['cli']): AppError {
  const near = nearestOf(option.replace(/^-+/, ''), optionNames);
  const words = [cli.unknownOption(option), ...(near === null ? [] : [cli.didYouMean(`--${near}`)])];
  return wrongOption(option, `${words.join(' ')} ${cli.allowed(optionNames.map(writtenOut).join(', '))}`);
}

function notAllowed(option: string, reason: string, command: CommandWord, { cli }: Texts): AppError {
  const allowed = optionNames.filter((name) => optionTable[name].of.includes(command));
  return wrongOption(option, `${reason} ${cli.allowed(allowed.map(writtenOut).join(', '))}`);
}
