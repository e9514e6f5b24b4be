import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { AppFailure, type QuantRequest } from '../../app/contracts.ts';
import { type ExitCodeHolder, setAction } from '../command-frame.ts';
import type { CliContext } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { textValue } from '../option-values.ts';
import { listingLines, quantLines } from '../render/quant-lines.ts';

interface QuantFlags {
  readonly list?: boolean;
  readonly columns?: string;
  readonly returns: QuantRequest['returns'];
  readonly set?: string[];
}

const EXAMPLES = `
FILE is CSV (a first line may name the columns) or JSON (numbers, rows, or columns by name); - reads
standard input. docs/quant.md describes every model.

Examples:
  bot4 quant --list
  bot4 quant garch --list
  bot4 quant garch prices.csv --columns close --returns log --set distribution=student-t
  bot4 quant kelly-binary --set probability=0.53 --set odds=1 --json`;

const LONGEST = 65_536;

const collect = (text: string, before: string[] = []): string[] => [
  ...before,
  textValue(LONGEST)(text),
];

/** Adds `bot4 quant`. */
export function addQuant(program: Command, context: CliContext, holder: ExitCodeHolder): void {
  const command = program
    .command('quant')
    .summary('run a model of the quantitative library')
    .description('Runs a model of the quantitative library on columns of a file.')
    .argument('[model]', 'name of a model; --list names all')
    .argument('[file]', 'CSV or JSON, or - for standard input')
    .option('--list', 'describe the models, or the one named')
    .option('--columns <names>', 'columns to take, with commas between', textValue(LONGEST))
    .addOption(
      new Option('--returns <kind>', 'take returns of the columns, which are prices')
        .choices(['none', 'simple', 'log'])
        .default('none'),
    )
    .option('--set <name=value>', 'an option of the model; may be repeated', collect)
    .addHelpText('after', EXAMPLES);
  setAction<QuantFlags>(command, context, holder, async (flags, { output }) => {
    const { app, io } = context;
    const [name, file] = command.processedArgs as [string?, string?];
    if (flags.list === true) {
      const listing = await app.listQuant(name ?? null);
      output.result(listing, listingLines(listing, output.style));
      return EXIT.ok;
    }
    if (name === undefined) {
      return output.failure(
        new AppFailure('usage', 'no model was named', '"bot4 quant --list" names them.'),
      );
    }
    const report = await app.runQuant({
      model: name,
      file:
        file === undefined || file === '-' ? (file ?? null) : resolve(io.workingDirectory, file),
      columns: flags.columns === undefined ? null : flags.columns.split(',').map((c) => c.trim()),
      returns: flags.returns,
      settings: flags.set ?? [],
    });
    output.result(report, quantLines(report, output.style));
    return EXIT.ok;
  });
}
