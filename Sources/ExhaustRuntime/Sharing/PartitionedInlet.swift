package import ExhaustCore

/// Where a central role's events come from: the queues of its share of the partitions, or in pipe mode the input.
package struct PartitionedInlet: Sendable {
    package let inlet: any EventInlet
    /// Keeps the share; whoever uses the inlet runs it. `nil` in pipe mode.
    package let keeper: ShareKeeper?

    /// An inlet with its keeper.
    package init(inlet: any EventInlet, keeper: ShareKeeper?) {
        self.inlet = inlet
        self.keeper = keeper
    }
}
