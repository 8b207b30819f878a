namespace Surety.Core.Migrations.Scripts;

/// <summary>A script taken apart as psql does: statements, commands of psql, data of COPY.</summary>
public sealed record MigrationScript(
    ScriptSource Source,
    IReadOnlyList<ScriptItem> Items,
    IReadOnlyList<LineComment> Comments
)
{
    public string File => Source.File;

    /// <summary>The files that it includes, as far as they were followed.</summary>
    public IReadOnlyDictionary<MetaCommand, IncludedScript> Included { get; init; } =
        new Dictionary<MetaCommand, IncludedScript>();

    /// <summary>The statements alone, those that hold something.</summary>
    public IEnumerable<SqlStatement> Statements => Items.OfType<SqlStatement>().Where(s => !s.IsEmpty);

    /// <param name="file">What the script is called in messages.</param>
    public static MigrationScript Parse(string text, string file = "-") => Parse(new ScriptSource(file, text));

    public static MigrationScript Parse(ScriptSource source) => new ScriptSplitter(source).Split();

    /// <param name="path">The file to read.</param>
    /// <param name="name">What it is called in messages.</param>
    /// <exception cref="Surety.Repository.Errors.SuretyException">The file cannot be read.</exception>
    public static async Task<MigrationScript> ReadAsync(
        string path,
        string name,
        CancellationToken cancellationToken
    ) => Parse(await ScriptSource.ReadAsync(path, name, cancellationToken));
}

/// <param name="Path">Full path of the file.</param>
public sealed record IncludedScript(MigrationScript Script, string Path);
