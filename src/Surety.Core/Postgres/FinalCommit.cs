using Npgsql;
using Surety.Repository.Errors;

namespace Surety.Core.Postgres;

/// <summary>
/// The COMMIT that makes an operation happen. It is not cancelled once it has begun: only its answer tells what happened,
/// and a connection that breaks while it is waited for leaves both outcomes open.
/// </summary>
internal static class FinalCommit
{
    private const string DoubtKey = "CommitInDoubt";

    /// <summary>True where the exception says that nobody knows whether the commit took place.</summary>
    public static bool IsInDoubt(Exception exception) => exception.Data.Contains(DoubtKey);

    /// <param name="connection">In the transaction to commit.</param>
    /// <param name="doubt">What is not known if the connection breaks now, as the end of a sentence.</param>
    /// <param name="hint">How to find out.</param>
    /// <param name="cancellationToken">Asked before the commit, not during it.</param>
    /// <exception cref="SuretyException">
    /// What a deferred constraint refuses: nothing was committed. ConnectionLost, and then <see cref="IsInDoubt"/>.
    /// </exception>
    public static async Task RunAsync(
        NpgsqlConnection connection,
        string doubt,
        string hint,
        CancellationToken cancellationToken
    )
    {
        // Deferred constraints first: their refusal is one like any other.
        await connection.RunAsync("SET CONSTRAINTS ALL IMMEDIATE", cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            await connection.RunAsync("COMMIT", CancellationToken.None);
        }
        catch (SuretyException e) when (e.Code == ErrorCode.ConnectionLost)
        {
            throw new SuretyException(e.Code, $"{e.Message}; {doubt}", hint, e) { Data = { [DoubtKey] = true } };
        }
    }
}
