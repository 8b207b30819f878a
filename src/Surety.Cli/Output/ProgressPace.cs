using Surety.Core.Progress;

namespace Surety.Cli.Output;

/// <summary>Decides what a display shows from one look at the progress to the next.</summary>
internal sealed class ProgressPace
{
    private readonly TimeSpan interval;
    private ProgressPhase phase;
    private string? note;
    private TimeSpan phaseStartedAt;
    private TimeSpan shownAt;
    private bool begun;

    /// <param name="start">The progress before anything began: its phase is never shown.</param>
    /// <param name="interval">After how long there is a line although nothing new is to be said.</param>
    public ProgressPace(ProgressSnapshot start, TimeSpan interval) =>
        (phase, phaseStartedAt, this.interval) = (start.Phase, start.Elapsed, interval);

    /// <summary>The line of this moment; null before the first phase.</summary>
    public string? Line(ProgressSnapshot now)
    {
        Observe(now);
        return begun ? ProgressText.Line(now, now.Elapsed - phaseStartedAt) : null;
    }

    /// <summary>As <see cref="Line"/>, but null where nothing is due.</summary>
    public string? LineIfDue(ProgressSnapshot now) =>
        IsDue(now) ? ProgressText.Line(now, now.Elapsed - phaseStartedAt) : null;

    /// <summary>True for a new phase or note, or where the last one that was due is long enough ago.</summary>
    public bool IsDue(ProgressSnapshot now)
    {
        var news = Observe(now);
        if (!begun || (!news && now.Elapsed - shownAt < interval))
        {
            return false;
        }

        shownAt = now.Elapsed;
        return true;
    }

    /// <summary>True where there is something new to say.</summary>
    private bool Observe(ProgressSnapshot now)
    {
        var newPhase = !ReferenceEquals(phase, now.Phase);
        var newNote = now.Note is not null && now.Note != note;
        note = now.Note;
        if (newPhase)
        {
            (phase, phaseStartedAt, begun) = (now.Phase, now.Elapsed, true);
        }

        return newPhase || newNote;
    }
}
