using Surety.Repository.Manifests;

namespace Surety.Core.Postgres.Wire;

/// <summary>
/// A session that reads rows by COPY. All calls block: a socket that was once asynchronous costs .NET a hand-off between
/// threads for every 8 KB that the server flushes (docs/benchmarks.md), so a worker owns its thread.
/// </summary>
internal interface IRowSession : IDisposable
{
    /// <summary>Runs statements that return no rows.</summary>
    void Execute(string sql);

    /// <summary>Runs one query with a small result and returns the first column of each row as text.</summary>
    IReadOnlyList<string?> QueryColumn(string sql);

    /// <summary>
    /// Starts <c>COPY ... TO STDOUT</c>. The session does nothing else until the reader is disposed; disposing it before
    /// its end cancels the statement.
    /// </summary>
    IRowReader CopyOut(string sql, RowFormat format, CancellationToken cancellationToken);
}

/// <summary>The rows of one COPY, one at a time.</summary>
internal interface IRowReader : IDisposable
{
    /// <summary>
    /// Reads the next row: in binary format its field count and fields, without the stream's header and trailer; in text
    /// format its line with the newline. The span is valid until the next call. False after the last row, and only when
    /// the server has confirmed that the COPY is complete.
    /// </summary>
    bool TryRead(out ReadOnlySpan<byte> row);
}
