using Npgsql;
using Surety.Repository.Errors;
using Surety.Repository.Manifests;

namespace Surety.Core.Postgres.Wire;

/// <summary>
/// The same session over Npgsql: slower, for authentication that the blocking session doesn't cover, and for reading a
/// table on a connection that already has its transaction.
/// </summary>
/// <param name="connection">An open connection, which only this session uses for as long as it lives.</param>
/// <param name="ownsConnection">True where disposing the session closes the connection.</param>
internal sealed class NpgsqlRowSession(NpgsqlConnection connection, bool ownsConnection = false) : IRowSession
{
    public void Execute(string sql) =>
        Run(() =>
        {
            using var command = new NpgsqlCommand(sql, connection) { AllResultTypesAreUnknown = true };
            return command.ExecuteNonQuery();
        });

    public IReadOnlyList<string?> QueryColumn(string sql) =>
        Run(() =>
        {
            using var command = new NpgsqlCommand(sql, connection) { AllResultTypesAreUnknown = true };
            using var reader = command.ExecuteReader();
            var column = new List<string?>();
            while (reader.Read())
            {
                column.Add(reader.FieldCount == 0 || reader.IsDBNull(0) ? null : reader.GetString(0));
            }

            return column;
        });

    public IRowReader CopyOut(string sql, RowFormat format, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        // The server says nothing until its first rows fill a buffer, and Npgsql can't cancel the wait for that.
        using var cancelling = cancellationToken.UnsafeRegister(_ => CancelStatement(), null);
        try
        {
            return Run(() => StartCopy(sql, format, cancellationToken));
        }
        catch (SuretyException e) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(e.Message, e, cancellationToken);
        }
    }

    public void Dispose()
    {
        if (ownsConnection)
        {
            connection.Dispose();
        }
    }

    private NpgsqlRowReader StartCopy(string sql, RowFormat format, CancellationToken cancellationToken)
    {
        if (format == RowFormat.Binary)
        {
            var stream = connection.BeginRawBinaryCopy(sql);
            return new NpgsqlRowReader(stream, stream, stream.Cancel, format, cancellationToken);
        }
        // Npgsql refuses a raw copy in text format; its text reader has the raw stream beneath its decoder.
        var text = connection.BeginTextExport(sql);
        return new NpgsqlRowReader(((StreamReader)text).BaseStream, text, text.Cancel, format, cancellationToken);
    }

    private void CancelStatement()
    {
        try
        {
            using var other = (NpgsqlConnection)((ICloneable)connection).Clone();
            other.Open();
            using var command = new NpgsqlCommand(
                $"SELECT pg_catalog.pg_cancel_backend({connection.ProcessID})",
                other
            );
            command.ExecuteNonQuery();
        }
        catch (NpgsqlException)
        {
            // A server that takes no connection can't be asked; the caller is then told at the statement's first row.
        }
    }

    private static T Run<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (NpgsqlException e)
        {
            throw ServerErrors.From(e);
        }
    }
}
