using System.CommandLine;
using System.Globalization;
using Surety.Cli.Output;
using Surety.Cli.Output.Reports;
using Surety.Core.Listing;
using Surety.Repository.Journal;

namespace Surety.Cli.Commands;

internal sealed class JournalCommand : SuretyCommand
{
    private readonly Option<string?> operation = Text("--operation", "Only this command", "COMMAND");
    private readonly Option<string?> database = Text("--database", "Only what concerned this database", "NAME");
    private readonly Option<string?> backup = Text("--backup", "Only what concerned or made this backup", "ID");
    private readonly Option<bool> failed = new("--failed")
    {
        Description = "Only what did not end well",
        Arity = ArgumentArity.Zero,
    };
    private readonly Option<Since?> since = SinceOption.Create();
    private readonly Option<int?> last = new("--last")
    {
        Description = "Only the newest N of them",
        HelpName = "N",
        CustomParser = ParseLast,
    };

    public JournalCommand()
        : base("journal", "Show what was done, newest first, and how to take it back")
    {
        foreach (var option in new Option[] { operation, database, backup, failed, since, last })
        {
            Options.Add(option);
        }
    }

    public override string UnfinishedState => "nothing was changed";

    public override async Task<CommandResult> RunAsync(ParseResult arguments, OperationContext context)
    {
        using var opened = await OpenedRepository.OpenAsync(context);
        var from = arguments.GetValue(since)?.Before(context.Clock.GetUtcNow()) ?? DateTimeOffset.MinValue;
        var filter = new JournalFilter(
            arguments.GetValue(operation),
            arguments.GetValue(database),
            arguments.GetValue(backup),
            arguments.GetValue(failed)
        );
        var journal = await opened.Repository.Journal.ReadSinceAsync(from, context.Cancellation);
        var records = journal.Records.Where(filter.Fits).Reverse().Take(arguments.GetValue(last) ?? int.MaxValue);
        return JournalReport.Of(await WithWayBackAsync(records, opened, context.Cancellation), journal.Damaged);
    }

    private static async Task<IReadOnlyList<ShownRecord>> WithWayBackAsync(
        IEnumerable<JournalRecord> records,
        OpenedRepository opened,
        CancellationToken cancellationToken
    )
    {
        var shown = new List<ShownRecord>();
        foreach (var record in records)
        {
            var isThere =
                record.WayBack is { } id && await opened.Repository.Manifests.ContainsAsync(id, cancellationToken);
            shown.Add(new ShownRecord(record, isThere));
        }

        return shown;
    }

    private static Option<string?> Text(string name, string description, string value) =>
        new(name) { Description = description, HelpName = value };

    private static int? ParseLast(System.CommandLine.Parsing.ArgumentResult argument)
    {
        var text = argument.Tokens.Single().Value;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0)
        {
            return number;
        }

        argument.AddError("--last takes a number from 1");
        return null;
    }
}
