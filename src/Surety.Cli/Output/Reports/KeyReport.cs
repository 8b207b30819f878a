using Surety.Repository.Encryption;

namespace Surety.Cli.Output.Reports;

/// <summary>What the commands of <c>surety key</c> tell.</summary>
internal static class KeyReport
{
    private const string Remembered =
        "Whoever knew that key and copied its file from the repository can still decrypt.\n"
        + "If you fear that, make a new repository and take new backups.";

    public static CommandResult Of(KeyList keys)
    {
        var table = new TextTable(new("ID"), new("KIND"), new("ADDED"), new("LABEL"));
        foreach (var key in keys)
        {
            var id = key.IsCurrent ? $"{key.Id} *" : key.Id;
            table.Add(id, KindOf(key), Units.Time(key.CreatedAt), key.Label ?? "");
        }

        var damaged = keys.Damaged.Select(key => $"DAMAGED: {key.Error.Message}\n");
        return CommandResult.Of(
            new KeyListDocument(
                [.. keys.Select(Describe)],
                [.. keys.Damaged.Select(key => new DamagedKeyDocument(key.Name, key.Error.Message))]
            ),
            Documents.Json.KeyListDocument,
            $"{table}{string.Concat(damaged)}",
            keys.Damaged.Count == 0 ? ExitCodes.Done : ExitCodes.NotSound,
            remark: "* opened the repository now"
        );
    }

    public static CommandResult OfAdded(KeyDescription added) =>
        CommandResult.Of(
            new KeyChangeDocument(Describe(added), null),
            Documents.Json.KeyChangeDocument,
            $"added key {added.Id} ({KindOf(added)})\n"
        );

    public static CommandResult OfChanged(KeyDescription added, string removed) =>
        CommandResult.Of(
            new KeyChangeDocument(Describe(added), removed),
            Documents.Json.KeyChangeDocument,
            $"added key {added.Id} ({KindOf(added)})\nremoved key {removed}\n",
            remark: Remembered
        );

    public static CommandResult OfRemoved(string removed) =>
        CommandResult.Of(
            new KeyChangeDocument(null, removed),
            Documents.Json.KeyChangeDocument,
            $"removed key {removed}\n",
            remark: Remembered
        );

    private static string KindOf(KeyDescription key) => key.Kind == KeyKind.File ? "key file" : "passphrase";

    private static KeyDescriptionDocument Describe(KeyDescription key) =>
        new(key.Id, key.Kind == KeyKind.File ? "file" : "passphrase", key.Label, key.CreatedAt, key.IsCurrent);
}

/// <summary>What <c>key list --json</c> prints. Part of the command-line contract (docs/cli.md): add, never change.</summary>
internal sealed record KeyListDocument(
    IReadOnlyList<KeyDescriptionDocument> Keys,
    IReadOnlyList<DamagedKeyDocument> Damaged
);

internal sealed record KeyDescriptionDocument(
    string Id,
    string Kind,
    string? Label,
    DateTimeOffset CreatedAt,
    bool Current
);

internal sealed record DamagedKeyDocument(string Name, string Reason);

/// <summary>What <c>key add</c>, <c>change</c> and <c>remove</c> print under <c>--json</c>; the same contract.</summary>
/// <param name="Removed">Id of the key that was removed, or null.</param>
internal sealed record KeyChangeDocument(KeyDescriptionDocument? Added, string? Removed);
