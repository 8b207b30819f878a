using Npgsql;
using Surety.Core.Postgres;
using Surety.Repository.Manifests;

namespace Surety.Core.Restore;

/// <summary>Where rows are loaded, and in which form they come.</summary>
/// <param name="Table">Qualified name, as SQL.</param>
/// <param name="Columns">The fields of a row; none for a table without columns.</param>
/// <param name="Format">That of the rows.</param>
/// <param name="Encoding">The session's client encoding, that of the rows.</param>
/// <param name="Freeze">The table was emptied or made by this transaction: rows are written as visible to all.</param>
internal sealed record CopyTarget(
    string Table,
    IReadOnlyList<string> Columns,
    RowFormat Format,
    string Encoding,
    bool Freeze = false
);

/// <summary>Loads rows by COPY FROM STDIN.</summary>
internal static class CopyIn
{
    // Manual section on COPY, "Binary Format": signature, flags, length of the header extension; and the trailer.
    private static readonly byte[] BinaryHeader = [.. "PGCOPY\n"u8, 0xff, .. "\r\n\0"u8, 0, 0, 0, 0, 0, 0, 0, 0];
    private static readonly byte[] BinaryTrailer = [0xff, 0xff];

    /// <param name="connection">Set to the encoding of the rows.</param>
    /// <param name="target">Where they go.</param>
    /// <param name="write">Writes the rows, without header and trailer.</param>
    /// <param name="cancellationToken">Ends it; nothing is loaded then.</param>
    public static async Task RunAsync(
        NpgsqlConnection connection,
        CopyTarget target,
        Func<Stream, CancellationToken, Task> write,
        CancellationToken cancellationToken
    )
    {
        var binary = target.Format == RowFormat.Binary;
        var columns = target.Columns.Count == 0 ? "" : $" ({SqlText.Identifiers(target.Columns)})";
        var freeze = target.Freeze ? ", FREEZE" : "";
        var sql = $"COPY {target.Table}{columns} FROM STDIN (FORMAT {(binary ? "binary" : "text")}{freeze})";
        try
        {
            var sent = SqlText.ForClientEncoding(sql, target.Encoding);
            await using var stream = await OpenAsync(connection, sent, binary, cancellationToken);
            if (binary)
            {
                await stream.WriteAsync(BinaryHeader, cancellationToken);
            }

            await write(stream, cancellationToken);
            if (binary)
            {
                await stream.WriteAsync(BinaryTrailer, cancellationToken);
            }
        }
        catch (NpgsqlException e)
        {
            throw ServerErrors.From(e);
        }
    }

    private static async Task<Stream> OpenAsync(
        NpgsqlConnection connection,
        string sql,
        bool binary,
        CancellationToken cancellationToken
    ) =>
        binary
            ? await connection.BeginRawBinaryCopyAsync(sql, cancellationToken)
            : ((StreamWriter)await connection.BeginTextImportAsync(sql, cancellationToken)).BaseStream;
}
