import { Argument, Command } from 'commander';
import type { Keep } from './answer.ts';
import { bashScript } from './completion/bash.ts';
import { wordsOf } from './completion/command-words.ts';
import { fishScript } from './completion/fish.ts';
import { zshScript } from './completion/zsh.ts';

const scripts = { bash: bashScript, zsh: zshScript, fish: fishScript } as const;
type Shell = keyof typeof scripts;

const help = `
For this session, or in the start-up file of the shell:
  bash   source <(onfile completion bash)
  zsh    source <(onfile completion zsh)
  fish   onfile completion fish | source`;

/** `onfile completion`: a script that lets a shell complete commands and options. `program` is the whole of them. */
export const completionCommand = (program: Command, keep: Keep): Command =>
  new Command('completion')
    .description('print a script that completes commands in a shell')
    .addArgument(new Argument('<shell>').choices(Object.keys(scripts)))
    .addHelpText('after', help)
    .action((shell: Shell) => {
      const script = scripts[shell](wordsOf(program));
      keep({ document: { shell, script }, text: script });
    });
