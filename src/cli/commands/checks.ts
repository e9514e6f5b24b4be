import type { Command } from 'commander';
import { type ExitCodeHolder, setAction } from '../command-frame.ts';
import type { CliContext } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { configSources } from '../global-options.ts';
import { auditLines, doctorLines } from '../render/check-lines.ts';

/** Adds `bot4 audit verify`. */
export function addAudit(program: Command, context: CliContext, holder: ExitCodeHolder): void {
  const audit = program
    .command('audit')
    .summary('check the audit log')
    .description('Works on the audit log of the data directory.');
  const verify = audit
    .command('verify')
    .summary('check every entry of the audit log')
    .description('Checks the hash chain of the audit log and names the first bad entry.')
    .addHelpText('after', `\nExits with ${EXIT.auditVerification} when an entry is bad.`);
  setAction(verify, context, holder, async (_flags, { global, output }) => {
    const dataDir = await context.app.locateDataDir(configSources(context.io, global, []));
    const report = await context.app.verifyAudit(dataDir);
    output.result(report, auditLines(report, output.style));
    return report.intact ? EXIT.ok : EXIT.auditVerification;
  });
}

/** Adds `bot4 doctor`. */
export function addDoctor(program: Command, context: CliContext, holder: ExitCodeHolder): void {
  const command = program
    .command('doctor')
    .summary('examine this machine and the settings')
    .description('Examines this machine and the settings, and says what to do. Changes nothing.');
  setAction(command, context, holder, async (_flags, { global, output }) => {
    const sources = configSources(context.io, global, []);
    const config = await context.app.loadConfig(sources);
    const dataDir = config.ok
      ? config.value.config.dataDir
      : await context.app.locateDataDir(sources);
    const report = await context.app.runDoctor(dataDir, config);
    output.result(report, doctorLines(report, output.style));
    if (!config.ok) return EXIT.configuration;
    return report.healthy ? EXIT.ok : EXIT.error;
  });
}
