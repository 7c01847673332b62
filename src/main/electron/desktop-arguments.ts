/** Switches that are Chromium's and Electron's own, not ours: they may stand on any desktop program's command line. */
const CHROMIUM =
  /^--(no-sandbox|js-flags|password-store|(enable|disable|force|use|ozone|remote-debugging|inspect|user-data-dir|allow|gtk|proxy)(-[\w-]+)?)(=|$)/;

/**
 * Our part of the command line. `npm start` hands it over in `UPTIMER_ARGS`, where Chromium does not look for switches of its
 * own (it has a `--lang` too).
 */
export function desktopArguments(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  isPackaged: boolean,
): string[] {
  if (env.UPTIMER_ARGS !== undefined) {
    const parsed: unknown = JSON.parse(env.UPTIMER_ARGS);
    return Array.isArray(parsed) ? parsed.map(String) : [];
  }
  return argv.slice(isPackaged ? 1 : 2).filter((argument) => !CHROMIUM.test(argument));
}
