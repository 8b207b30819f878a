using Surety.Core.Postgres;
using Surety.Repository.Manifests;

namespace Surety.Core.Export;

/// <summary>What the rows are written as.</summary>
public enum ExportFormat
{
    /// <summary>Statements that psql runs.</summary>
    Sql,

    /// <summary>RFC 4180, in UTF-8, with a header; NULL is an empty field, the empty string is <c>""</c>.</summary>
    Csv,

    /// <summary>JSON Lines: one object a row, in UTF-8.</summary>
    Json,
}

public enum ExportCompression
{
    None,
    Gzip,
    Zstd,
}

/// <summary>What is exported, as what, and where to.</summary>
public sealed record ExportOptions
{
    public required ExportFormat Format { get; init; }

    /// <summary>Full path of the folder for the files; it is made where it is missing.</summary>
    public required string Folder { get; init; }

    /// <summary>Names of tables as SQL has them; empty for all.</summary>
    public IReadOnlyList<string> Tables { get; init; } = [];

    public ExportCompression Compression { get; init; }

    /// <summary>For SQL: the rows of each table in a file of their own, instead of one script for everything.</summary>
    public bool FilePerTable { get; init; }

    /// <summary>For SQL: without owners and grants, for a server that has other roles.</summary>
    public bool NoOwner { get; init; }

    /// <summary>A server to make the copy on, and a database of it to connect to; null for a scratch server.</summary>
    public ConnectionTarget? Scratch { get; init; }

    /// <summary>Number of sessions that load or read rows at once.</summary>
    public int Jobs { get; init; } = Math.Clamp(Environment.ProcessorCount, 1, 8);
}

/// <summary>What an export wrote.</summary>
public sealed record ExportReport
{
    public required Manifest Backup { get; init; }
    public required ExportFormat Format { get; init; }
    public required string Folder { get; init; }

    /// <summary>In the order in which they are to be loaded; the description is not among them.</summary>
    public required IReadOnlyList<ExportedFile> Files { get; init; }

    /// <summary>Name of the file that describes the others, and that is written last.</summary>
    public required string Description { get; init; }
    public required double DurationSeconds { get; init; }

    /// <summary>What people should know beside, each as a line.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}

/// <summary>A file of an export.</summary>
/// <param name="Name">Within the export's folder.</param>
/// <param name="Table">The table whose rows it has; null for one that has more or other things.</param>
/// <param name="Rows">How many rows it has; null where it has more than the rows of a table.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">Of its bytes, in hex.</param>
/// <param name="Columns">The columns of the table; empty where there is none.</param>
public sealed record ExportedFile(
    string Name,
    QualifiedName? Table,
    long? Rows,
    long Bytes,
    string Sha256,
    IReadOnlyList<ExportedColumn> Columns
);

/// <param name="Name">The column's name.</param>
/// <param name="Type">Its type, as PostgreSQL writes it.</param>
/// <param name="Form">How JSON shows its values; CSV and SQL show all of them as PostgreSQL does.</param>
public sealed record ExportedColumn(string Name, string Type, ValueForm Form);

/// <summary>How JSON shows a value: NULL is left out, so that it is not taken for the null of a JSON value.</summary>
public enum ValueForm
{
    /// <summary>A string: what PostgreSQL prints.</summary>
    Text,

    /// <summary><c>true</c> or <c>false</c>.</summary>
    Boolean,

    /// <summary>A JSON number with all digits; <c>NaN</c> and infinities are strings.</summary>
    Number,

    /// <summary>The JSON value itself, on one line.</summary>
    Json,
}
