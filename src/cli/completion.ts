import type { Command } from 'commander';

/** What may follow the words of a command: `['migrate']` → its subcommands, then options. */
interface Place {
  path: string;
  words: { word: string; meaning: string }[];
  takesFile: boolean;
}

/** `completion <shell>`: made from the commands themselves, so that it knows what they know. */
export function completion(program: Command, shell: 'bash' | 'zsh' | 'fish'): void {
  const places = placesOf(program, []);
  console.log({ bash, zsh, fish }[shell](places));
}

function placesOf(command: Command, path: string[]): Place[] {
  const here = {
    path: path.join(' '),
    words: [
      ...command.commands.map((each) => ({ word: each.name(), meaning: each.description() })),
      ...[...command.options, { long: '--help', description: 'display help' }].flatMap(
        ({ long, description }) => (long ? [{ word: long, meaning: description }] : []),
      ),
    ],
    takesFile: command.registeredArguments.some((argument) => argument.name() === 'file'),
  };
  return [here, ...command.commands.flatMap((each) => placesOf(each, [...path, each.name()]))];
}

const wordsOf = ({ words }: Place) => words.map(({ word }) => word).join(' ');

/** The words so far that are no options, at most two, name the place. */
function bash(places: Place[]): string {
  const cases = places.map(
    (place) => `    '${place.path}') words='${wordsOf(place)}'; files=${place.takesFile ? '-f' : "''"} ;;`,
  );
  return `_daymark() {
  local word place='' words='' files=''
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$place $word" in
${subcommands(places)
  .map((path) => `      '${withSpace(path)}') place='${path}' ;;`)
  .join('\n')}
    esac
  done
  case "$place" in
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen $files -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -F _daymark daymark`;
}

function zsh(places: Place[]): string {
  return `autoload -U +X bashcompinit && bashcompinit\n${bash(places)}`;
}

function fish(places: Place[]): string {
  const lines = places.flatMap(({ path, words, takesFile }) => [
    ...(takesFile ? [`complete -c daymark -n "__daymark_at '${path}'" -F`] : []),
    ...words.map(({ word, meaning }) => {
      const what = word.startsWith('--') ? `-l ${word.slice(2)}` : `-a ${word}`;
      return `complete -c daymark -n "__daymark_at '${path}'" ${what} -d '${meaning.replaceAll(/['\\]/g, '\\$&')}'`;
    }),
  ]);
  return `function __daymark_at
  set -l place ''
  for word in (commandline -opc)[2..]
    switch "$place $word"
${subcommands(places)
  .map((path) => `      case '${withSpace(path)}'\n        set place '${path}'`)
  .join('\n')}
    end
  end
  test "$place" = "$argv[1]"
end
complete -c daymark -f
${lines.join('\n')}`;
}

function subcommands(places: Place[]): string[] {
  return places.map(({ path }) => path).filter((path) => path !== '');
}

/** What the shell has joined when the last word leads to this place: ` user`, or `user add`. */
function withSpace(path: string): string {
  return path.includes(' ') ? path : ` ${path}`;
}
