namespace Surety.Core.Postgres.Tools;

/// <summary>A folder of PostgreSQL programs of one version.</summary>
/// <param name="Folder">Absolute path of the folder.</param>
/// <param name="Version">What the programs say they are.</param>
/// <param name="Programs">Which of the programs are there.</param>
public sealed record PostgresTools(string Folder, ToolVersion Version, IReadOnlySet<PostgresTool> Programs)
{
    /// <summary>True where it can dump and restore a schema.</summary>
    public bool IsClient => Has(PostgresTool.PgDump) && Has(PostgresTool.PgRestore);

    /// <summary>True where it can make and run a server.</summary>
    public bool IsServer => Has(PostgresTool.InitDb) && Has(PostgresTool.PgCtl) && Has(PostgresTool.Postgres);

    public bool Has(PostgresTool tool) => Programs.Contains(tool);

    /// <summary>Absolute path of a program; whether it exists is for <see cref="Has"/> to say.</summary>
    public string PathOf(PostgresTool tool) => Path.Combine(Folder, tool.FileName());
}

/// <summary>A folder that was looked at and cannot be used.</summary>
/// <param name="Folder">Absolute path of the folder.</param>
/// <param name="Reason">Why not, as a lower-case fact.</param>
public sealed record UnusableTools(string Folder, string Reason);
