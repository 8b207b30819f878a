using Polly;
using Polly.Retry;
using Surety.Repository.Errors;

namespace Surety.Repository.Storage.S3;

/// <summary>
/// Runs requests, each attempt with an end, and again after what may pass: with exponential back-off and jitter. The
/// last failure surfaces as a <see cref="SuretyException"/>.
/// </summary>
internal sealed class S3Attempts
{
    private readonly S3Terms terms;
    private readonly TimeProvider clock;
    private readonly S3Failure failure;
    private readonly ResiliencePipeline retrying;
    private volatile bool hasAnswered;

    public S3Attempts(S3Terms terms, TimeProvider clock, S3Failure failure)
    {
        this.terms = terms;
        this.clock = clock;
        this.failure = failure;
        retrying = new ResiliencePipelineBuilder { TimeProvider = clock }
            .AddRetry(
                new RetryStrategyOptions
                {
                    BackoffType = DelayBackoffType.Exponential,
                    UseJitter = true,
                    Delay = terms.FirstDelay,
                    MaxDelay = terms.LongestDelay,
                    MaxRetryAttempts = terms.Retries,
                    ShouldHandle = outcome => ValueTask.FromResult(IsWorthAnother(outcome)),
                }
            )
            .Build();
    }

    /// <param name="request">What is done, for the message of a failure.</param>
    /// <param name="uploadedBytes">Length of the request's body: the more, the longer it may take.</param>
    /// <param name="attempt">One attempt; it may ask for more time as it gets on.</param>
    /// <exception cref="SuretyException">As <see cref="S3Failure"/> reads the service's answer.</exception>
    public async ValueTask<T> RunAsync<T>(
        S3Request request,
        long uploadedBytes,
        Func<S3Attempt, Task<T>> attempt,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await retrying.ExecuteAsync(
                async token => await RunOnceAsync(uploadedBytes, attempt, token),
                cancellationToken
            );
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && S3Failure.IsStorage(e))
        {
            throw failure.Of(e, request);
        }
        catch (Exception e) when (cancellationToken.IsCancellationRequested && S3Failure.IsStorage(e))
        {
            // The SDK wraps a cancelled connection attempt.
            throw new OperationCanceledException(e.Message, e, cancellationToken);
        }
    }

    private async Task<T> RunOnceAsync<T>(
        long uploadedBytes,
        Func<S3Attempt, Task<T>> attempt,
        CancellationToken cancellationToken
    )
    {
        var patience = terms.PatienceFor(uploadedBytes);
        using var end = new CancellationTokenSource(patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, end.Token);
        try
        {
            var result = await attempt(new S3Attempt(() => end.CancelAfter(patience), either.Token));
            hasAnswered = true;
            return result;
        }
        catch (Exception e) when (end.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"no sign of life within {patience.TotalSeconds:0} s", e);
        }
        catch (Exception e) when (S3Failure.IsAnswer(e))
        {
            hasAnswered = true;
            throw;
        }
    }

    private bool IsWorthAnother(RetryPredicateArguments<object> outcome) =>
        outcome.Outcome.Exception is { } e
        && S3Failure.IsTransient(e)
        && (hasAnswered || outcome.AttemptNumber < terms.RetriesBeforeFirstAnswer);
}

/// <summary>One attempt at a request.</summary>
/// <param name="Progressed">To call when something came: the patience begins anew.</param>
/// <param name="Token">Cancelled by the caller, or when the service shows no sign of life.</param>
internal readonly record struct S3Attempt(Action Progressed, CancellationToken Token);
