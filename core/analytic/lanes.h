#pragma once

#include "core/analytic/stations.h"

/// Internal to the solver: consumers that work on so many batches at a time, at servers that others use too.
namespace cantilever::analytic {

/// Mean waits for one of some exponential servers, first come, first served, relative to those in M/M/c with
/// as much work.
struct WaitsBesideLanes {
  double ofOthers = 1;
  double ofLanes = 1;
};
/// `others`, `lanes`: erlangs; no more than `open` of the latter are there at a time, the others wait
/// elsewhere. With so many of them there what is left of the network is of product form (Baskett, Chandy,
/// Muntz and Palacios 1975), and how many there are is a chain with the throughput of so many (Chandy, Herzog
/// and Woo 1975): exact, if all services are alike.
WaitsBesideLanes waitsBesideLanes(double others, double lanes, double servers, double open);

/// Makes a station, solved for arrivals that nothing holds back, what it is where consumers are some of them.
void addLanes(const plan::Plan& plan, Index pool, const StationLoad& load, StationFigures& figures);

}  // namespace cantilever::analytic
