using Surety.Core.Migrations.Scripts;

namespace Surety.Core.Migrations.Rehearsal;

/// <summary>What is sent to the server at once.</summary>
/// <param name="Statement">The first of it.</param>
/// <param name="Sql">Its text, variables of psql filled in.</param>
/// <param name="Data">What COPY reads.</param>
internal sealed record SentStatement(SqlStatement Statement, string Sql, CopyData? Data)
{
    public string File => Statement.Source.File;

    public int Line => Statement.Line;

    /// <summary>The words that it begins with, in capitals.</summary>
    public IReadOnlyList<string> FirstWords { get; } =
    [.. Statement.Tokens.Take(3).Select(t => Statement.Text.Substring(t.Start, t.Length).ToUpperInvariant())];

    /// <summary>True for what begins, ends or divides a transaction, which no savepoint may come before.</summary>
    public bool ControlsTransaction =>
        FirstWords switch
        {
            ["BEGIN" or "COMMIT" or "END" or "ROLLBACK" or "ABORT" or "SAVEPOINT" or "RELEASE", ..] => true,
            ["START" or "SET", "TRANSACTION", ..] => true,
            ["PREPARE", "TRANSACTION", ..] => true,
            _ => false,
        };

    /// <summary>True where statements are within it (<c>BEGIN ATOMIC ... END</c>).</summary>
    public bool HasRoutineBody =>
        FirstWords is ["CREATE", ..]
        && Statement.Tokens.Any(t =>
            t.Kind == TokenKind.Word
            && Statement.Text.AsSpan(t.Start, t.Length).Equals("atomic", StringComparison.OrdinalIgnoreCase)
        );

    /// <summary>True where it says itself that it writes rows.</summary>
    public bool WritesRows => FirstWords is ["INSERT" or "UPDATE" or "DELETE" or "MERGE" or "WITH" or "COPY", ..];
}

/// <summary>
/// The steps of a script in the order in which psql would send them: included files are followed, simple variables filled
/// in. What only psql itself can do is left out and named.
/// </summary>
internal sealed class SentScript
{
    // What they print or how they print it makes no difference to the database.
    private static readonly HashSet<string> Harmless =
    [
        "echo",
        "qecho",
        "warn",
        "timing",
        "pset",
        "x",
        "t",
        "a",
        "f",
        "H",
        "encoding",
        "conninfo",
        "g",
        "gx",
        "p",
        "r",
        "reset",
        "restrict",
        "unrestrict",
        "errverbose",
        "prompt",
    ];

    private readonly PsqlVariables variables = new();
    private readonly List<SentStatement> steps = [];
    private readonly List<string> notRun = [];
    private readonly HashSet<string> open = [];
    private int conditions;

    private SentScript() { }

    public IReadOnlyList<SentStatement> Steps => steps;

    /// <summary>Each as a line for people.</summary>
    public IReadOnlyList<string> NotRun => notRun;

    /// <param name="path">Where the script is, for the files that it includes; null where it is nowhere.</param>
    /// <exception cref="Surety.Repository.Errors.SuretyException">An included file cannot be read.</exception>
    public static async Task<SentScript> OfAsync(
        MigrationScript script,
        string? path,
        CancellationToken cancellationToken
    )
    {
        var read = new SentScript();
        await read.ReadAsync(script, path, cancellationToken);
        return read;
    }

    /// <returns>False where the script ended itself by <c>\q</c>.</returns>
    private async Task<bool> ReadAsync(MigrationScript script, string? path, CancellationToken cancellationToken)
    {
        var together = new List<SqlStatement>();
        for (var i = 0; i < script.Items.Count; i++)
        {
            switch (script.Items[i])
            {
                case SqlStatement statement when conditions == 0 && !statement.IsEmpty:
                    together.Add(statement);
                    if (!statement.SentWithNext)
                    {
                        Add(together, i + 1 < script.Items.Count ? script.Items[i + 1] as CopyData : null);
                        together = [];
                    }

                    break;
                case MetaCommand { Name: "q" or "quit" } when conditions == 0:
                    return false;
                case MetaCommand { IncludesFile: true } include when conditions == 0:
                    if (!await IncludeAsync(script, include, path, cancellationToken))
                    {
                        return false;
                    }

                    break;
                case MetaCommand command:
                    Take(command);
                    break;
            }
        }

        return true;
    }

    private void Add(List<SqlStatement> together, CopyData? data)
    {
        var sql = string.Concat(together.Select(variables.FillIn));
        steps.Add(new SentStatement(together[0], sql, data));
    }

    private void Take(MetaCommand command)
    {
        switch (command.Name)
        {
            case "if":
                conditions++;
                Leave(command);
                break;
            case "endif":
                conditions = Math.Max(0, conditions - 1);
                break;
            case "set" when conditions == 0:
                variables.Set(command.Arguments);
                break;
            case var name when conditions == 0 && !Harmless.Contains(name):
                Leave(command);
                break;
        }
    }

    private void Leave(MetaCommand command) =>
        notRun.Add(
            $"{command.Source.File}:{command.Line}: \\{command.Name} was not run: only psql can"
                + (command.Name == "if" ? "; nothing up to its \\endif was" : "")
        );

    private async Task<bool> IncludeAsync(
        MigrationScript by,
        MetaCommand include,
        string? path,
        CancellationToken cancellationToken
    )
    {
        // The very statements that were rated, where they were.
        var followed = by.Included.GetValueOrDefault(include);
        var name = variables.FillIn(include.Arguments).Trim().Trim('\'');
        // \i goes by the folder that psql was started in, which by custom is that of the script.
        var file =
            followed?.Path
            ?? (path is null ? Path.GetFullPath(name) : Path.GetFullPath(name, Path.GetDirectoryName(path)!));
        if (!open.Add(file))
        {
            notRun.Add($"{include.Source.File}:{include.Line}: {name} includes itself");
            return true;
        }

        var script = followed?.Script ?? await MigrationScript.ReadAsync(file, name, cancellationToken);
        var goesOn = await ReadAsync(script, file, cancellationToken);
        open.Remove(file);
        return goesOn;
    }
}
