import { Argument, type Command } from 'commander';
import { examples } from '../program.ts';

/** How `completion` is called. */
export function completionUsage(program: Command): void {
  program
    .command('completion')
    .description('print the completion of commands and options for a shell')
    .addArgument(new Argument('<shell>', 'which shell').choices(['bash', 'zsh', 'fish']))
    .addHelpText(
      'after',
      examples(
        ['source <(daymark completion bash)', 'in ~/.bashrc'],
        ['source <(daymark completion zsh)', 'in ~/.zshrc, after compinit'],
        ['daymark completion fish | source', 'in ~/.config/fish/config.fish'],
      ),
    )
    .action(async (shell: 'bash' | 'zsh' | 'fish') =>
      (await import('../completion.ts')).completion(program, shell),
    );
}
